/**
 * From arguments to what each step reads: which matrices learn, which rows, in which order, at which learning rate. Allocates
 * nothing on a device. Begin with {@link org.halftune.train.input.TrainingPlan}.
 */
@NullMarked
package org.halftune.train.input;

import org.jspecify.annotations.NullMarked;
