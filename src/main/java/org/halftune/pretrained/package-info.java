/**
 * Hugging Face model folders: {@code config.json}, weights, tokenizer files. Opening validates everything before any
 * computation; exporting is atomic.
 *
 * <p>Of the model it sees configuration, names and roles only. Begin with {@link
 * org.halftune.pretrained.PretrainedFolder}.
 */
@NullMarked
package org.halftune.pretrained;

import org.jspecify.annotations.NullMarked;
