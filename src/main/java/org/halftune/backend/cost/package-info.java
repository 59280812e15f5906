/**
 * What a device is asked to do, and what that costs it, as data: launches, products and copies with their bytes and floating-point
 * operations. A {@link org.halftune.backend.cost.CostBackend} writes them down instead of doing them; whoever plans reads them.
 * Begin with {@link org.halftune.backend.cost.Work}.
 */
@NullMarked
package org.halftune.backend.cost;

import org.jspecify.annotations.NullMarked;
