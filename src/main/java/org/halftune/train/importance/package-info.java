/**
 * The selection by importance: scores the matrices on a sample of source data, once, before a training begins. Begin with
 * {@link org.halftune.train.importance.Importance}. It reads weights and changes none.
 */
@NullMarked
package org.halftune.train.importance;

import org.jspecify.annotations.NullMarked;
