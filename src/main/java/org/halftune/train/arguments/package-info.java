/**
 * The arguments of a training run: every flag with its default and its checks. Reads no files. Begin with
 * {@link org.halftune.train.arguments.TrainingArguments}.
 */
@NullMarked
package org.halftune.train.arguments;

import org.jspecify.annotations.NullMarked;
