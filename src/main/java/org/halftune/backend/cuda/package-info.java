/**
 * A CUDA device as a backend: {@link org.halftune.backend.cuda.CudaBackend} runs the ops, {@link
 * org.halftune.backend.cuda.CudaCostModel} counts them. Only this package and those below it see JCuda. The rooms: {@code driver},
 * {@code image} (compiled kernels), {@code cublas}, {@code launch} (how a launch is described) and {@code op} (what each op launches).
 */
@NullMarked
package org.halftune.backend.cuda;

import org.jspecify.annotations.NullMarked;
