/**
 * The ops of a CUDA device. Each class describes the launches of one kernel file of {@code src/main/cuda}: grid, arguments and cost,
 * side by side, once. It sees no driver: what it describes may be launched or only counted. Begin with
 * {@link org.halftune.backend.cuda.op.CudaOps}, then read the kernel, whose head is its specification.
 */
@NullMarked
package org.halftune.backend.cuda.op;

import org.jspecify.annotations.NullMarked;
