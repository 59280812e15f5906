/**
 * Hugging Face model folders: {@code config.json}, weights, tokenizer files. Opening validates everything before any
 * computation; exporting is atomic.
 *
 * <p>Of package {@code model} it uses configuration, names and roles only. Begin with {@link
 * org.halftune.pretrained.PretrainedFolder}.
 */
@NullMarked
package org.halftune.pretrained;

import org.jspecify.annotations.NullMarked;
