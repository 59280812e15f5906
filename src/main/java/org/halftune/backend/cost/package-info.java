/**
 * The work of a device as data: launches, products and copies with their bytes and floating-point operations. A
 * {@link org.halftune.backend.cost.CostBackend} logs work instead of doing it, and plans read the log. Begin with {@link org.halftune.backend.cost.Work}.
 */
@NullMarked
package org.halftune.backend.cost;

import org.jspecify.annotations.NullMarked;
