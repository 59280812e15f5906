/**
 * What a user asks of a training, as data: every flag with its default and its rules. Reads no file and knows no model. Begin with
 * {@link org.halftune.train.arguments.TrainingArguments}.
 */
@NullMarked
package org.halftune.train.arguments;

import org.jspecify.annotations.NullMarked;
