/**
 * Where compiled kernels come from: device code or PTX out of the jar, or sources compiled by NVRTC at run time. An image whose digest
 * differs from that of the sources next to it is never used. Nothing here launches. Begin with
 * {@link org.halftune.backend.cuda.image.ShippedKernels}.
 */
@NullMarked
package org.halftune.backend.cuda.image;

import org.jspecify.annotations.NullMarked;
