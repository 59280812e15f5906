/**
 * Products by cuBLAS 12 (JCublas) or 13 (java.lang.foreign), whichever library is found. The only package that calls cuBLAS. Begin with
 * {@link org.halftune.backend.cuda.cublas.Cublas}.
 */
@NullMarked
package org.halftune.backend.cuda.cublas;

import org.jspecify.annotations.NullMarked;
