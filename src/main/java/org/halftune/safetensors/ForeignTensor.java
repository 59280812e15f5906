package org.halftune.safetensors;

import org.halftune.tensor.Shape;

/**
 * A tensor of a type that Halftune does not compute with: an integer or boolean buffer, a quantized weight, a double.
 *
 * @param dtype as the file names it: {@code I64}, {@code BOOL}, {@code F8_E4M3}
 */
public record ForeignTensor(String name, String dtype, Shape shape) {}
