/**
 * Model folders in Hugging Face form: {@code config.json}, weights, tokenizer files. Opening checks everything that can
 * be checked before a byte is computed; exporting leaves a whole folder or none.
 *
 * <p>Of the model it sees configuration, names and roles only. Begin with {@link org.halftune.pretrained.PretrainedFolder}.
 */
@NullMarked
package org.halftune.pretrained;

import org.jspecify.annotations.NullMarked;
