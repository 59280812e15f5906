/**
 * Checkpoints: writing, reading, and checking that one belongs to this run. A resumed run equals an uninterrupted one bit for bit. Begin with {@link org.halftune.train.checkpoint.TrainerState}.
 */
@NullMarked
package org.halftune.train.checkpoint;

import org.jspecify.annotations.NullMarked;
