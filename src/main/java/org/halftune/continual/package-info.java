/**
 * Continual learning: a sequence of tasks, one training a task, each from the model before; and the scores of all tasks after each
 * round.
 *
 * <p>A round is a {@link org.halftune.train.TrainRun} into a folder of its own. Prints nothing and creates no backend. Begin with
 * {@link org.halftune.continual.ContinualRun}.
 */
@NullMarked
package org.halftune.continual;

import org.jspecify.annotations.NullMarked;
