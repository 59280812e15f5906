/**
 * The inputs of a run: the selection, and for each step its rows and learning rate. Allocates nothing on a device. Begin with {@link org.halftune.train.input.TrainingPlan}.
 */
@NullMarked
package org.halftune.train.input;

import org.jspecify.annotations.NullMarked;
