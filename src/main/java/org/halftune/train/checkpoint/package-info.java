/**
 * Checkpoints: what they hold, how they are read back, and whether they belong to this run. A resumed run equals an
 * uninterrupted one bit for bit. Begin with {@link org.halftune.train.checkpoint.TrainerState}.
 */
@NullMarked
package org.halftune.train.checkpoint;

import org.jspecify.annotations.NullMarked;
