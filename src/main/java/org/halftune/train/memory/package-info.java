/**
 * Whether a training fits a device, and what to change if it does not. The figures are the allocator's own. Begin with
 * {@link org.halftune.train.memory.MemoryPlan}.
 */
@NullMarked
package org.halftune.train.memory;

import org.jspecify.annotations.NullMarked;
