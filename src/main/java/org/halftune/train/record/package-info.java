/**
 * What a run tells: metrics rows, report, TensorBoard events, model card, and the listener that hears of each. Begin with
 * {@link org.halftune.train.record.TrainingListener}.
 */
@NullMarked
package org.halftune.train.record;

import org.jspecify.annotations.NullMarked;
