/**
 * The CUDA driver through JCuda: devices, the context and its one stream, memory, copies, graphs, times of phases, and failures in
 * words. It depends on no kernel and no op. Handles are JCuda's ({@link org.halftune.backend.cuda.driver.Raw}); codes are checked where the
 * call is made. Begin with {@link org.halftune.backend.cuda.driver.CudaContext}.
 */
@NullMarked
package org.halftune.backend.cuda.driver;

import org.jspecify.annotations.NullMarked;
