/** The CUDA backend on the emulated driver: what JCuda, launches, copies, products and graphs do, and how they fail. */
@org.jspecify.annotations.NullMarked
package org.halftune.backend.cuda;
