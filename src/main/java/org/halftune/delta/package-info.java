/**
 * Deltas: the tensors that a training changed, without the others, and what is needed to put them on their base.
 *
 * <p>A delta is a folder with {@code delta.safetensors} and {@code delta.json}. Begin with {@link org.halftune.delta.DeltaFile}, the
 * latter; {@link org.halftune.delta.DeltaWriter} writes a delta, {@link org.halftune.delta.DeltaApplication} applies one.
 */
@NullMarked
package org.halftune.delta;

import org.jspecify.annotations.NullMarked;
