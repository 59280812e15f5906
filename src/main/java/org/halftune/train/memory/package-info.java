/**
 * Checks whether a training fits in device memory, and finds what to change if it does not. Begin with
 * {@link org.halftune.train.memory.MemoryPlan}.
 */
@NullMarked
package org.halftune.train.memory;

import org.jspecify.annotations.NullMarked;
