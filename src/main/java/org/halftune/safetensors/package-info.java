/**
 * The safetensors file format: a memory-mapped reader that validates the header, a streaming writer, and the shards and
 * index of large models.
 *
 * <p>Does not depend on models. Begin with {@link org.halftune.safetensors.Header}.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">the format</a>
 */
@NullMarked
package org.halftune.safetensors;

import org.jspecify.annotations.NullMarked;
