/**
 * Element types, rounding, shapes, and tensors in host memory, shared by files and backends.
 *
 * <p>Begin with {@link org.halftune.tensor.HostTensor}.
 */
@NullMarked
package org.halftune.tensor;

import org.jspecify.annotations.NullMarked;
