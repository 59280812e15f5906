/**
 * The training run: loop, evaluation, checkpoints on time, interruption, export. Begin with {@link org.halftune.train.TrainRun},
 * then {@link org.halftune.train.Trainer}. What it is given lies in the rooms beside it: arguments, input, memory, checkpoint,
 * record, export. It prints nothing and builds no backend.
 */
@NullMarked
package org.halftune.train;

import org.jspecify.annotations.NullMarked;
