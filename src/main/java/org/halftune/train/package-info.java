/**
 * The training run: loop, evaluation, checkpoints, interruption, export. Begin with {@link org.halftune.train.TrainRun}, then {@link
 * org.halftune.train.Trainer}. The subpackages are arguments, input, memory, checkpoint, record and export. Prints nothing and opens no
 * backend.
 */
@NullMarked
package org.halftune.train;

import org.jspecify.annotations.NullMarked;
