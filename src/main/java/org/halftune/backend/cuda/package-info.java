/**
 * The GPU as a backend: memory, launches, products and graphs on one CUDA device and one stream. Kernels are in
 * {@code src/main/cuda}, products are cuBLAS's, and JCuda reaches the driver.
 *
 * <p>The only package that sees {@code jcuda}; where JCuda lacks a call, {@code java.lang.foreign} makes it. May import
 * {@code backend} and {@code natives}. Begin with {@link org.halftune.backend.cuda.CudaBackend}; a launch is a
 * {@link org.halftune.backend.cuda.Kernel} and its {@link org.halftune.backend.cuda.Launch}.
 */
@NullMarked
package org.halftune.backend.cuda;

import org.jspecify.annotations.NullMarked;
