/**
 * The records of a run: metrics, report, TensorBoard events, model card, and the listener of its events. Begin with
 * {@link org.halftune.train.record.TrainingListener}.
 */
@NullMarked
package org.halftune.train.record;

import org.jspecify.annotations.NullMarked;
