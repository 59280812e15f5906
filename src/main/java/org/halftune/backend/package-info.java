/**
 * The seam between the model and the machine: device memory with an owner and a category, and the op pairs (forward and
 * backward) that a Llama needs. {@code backend.cpu} implements it for any computer.
 *
 * <p>It does not depend on layers or training. Everything may run asynchronously: an op
 * returns when it is queued, and its result is seen by later ops, by {@link org.halftune.backend.Backend#download} and
 * after {@link org.halftune.backend.Backend#synchronize}. Begin with {@link org.halftune.backend.Ops}.
 */
@NullMarked
package org.halftune.backend;

import org.jspecify.annotations.NullMarked;
