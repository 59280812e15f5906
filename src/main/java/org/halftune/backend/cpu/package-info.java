/**
 * The reference implementation of the seam, for any computer: fp32 throughout, matrix products by OpenBLAS, everything
 * else in parallel Java on the Vector API.
 *
 * <p>Results do not depend on the number of threads: work is cut into pieces by its size alone, every piece is written by
 * one task, and sums run in a fixed order. Begin with
 * {@link org.halftune.backend.cpu.CpuBackend}; each op pair is a small class in this package.
 */
@NullMarked
package org.halftune.backend.cpu;

import org.jspecify.annotations.NullMarked;
