/**
 * Element types, how numbers are rounded to them, shapes, and tensors in host memory: the vocabulary that files and
 * backends share.
 *
 * <p>Begin with {@link org.halftune.tensor.HostTensor}.
 */
@NullMarked
package org.halftune.tensor;

import org.jspecify.annotations.NullMarked;
