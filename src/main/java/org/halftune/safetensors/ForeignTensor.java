package org.halftune.safetensors;

import org.halftune.tensor.Shape;

/**
 * A tensor of an unsupported type: an integer or boolean buffer, a quantized weight, a double.
 *
 * @param dtype the name in the file: {@code I64}, {@code BOOL}, {@code F8_E4M3}
 */
public record ForeignTensor(String name, String dtype, Shape shape) {}
