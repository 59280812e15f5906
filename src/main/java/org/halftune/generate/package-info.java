/**
 * Text generation: sampling, batched decoding with a key-value cache, and streaming of the decoded text.
 *
 * <p>May import {@code model}, {@code backend}, {@code tensor}, {@code data}, {@code pretrained} and {@code problem};
 * prints nothing. Start reading at {@link org.halftune.generate.Generator}.
 */
@NullMarked
package org.halftune.generate;

import org.jspecify.annotations.NullMarked;
