/**
 * Text generation: sampling, batched decoding with a key-value cache, and streaming of the decoded text.
 *
 * <p>Prints nothing. Begin with {@link org.halftune.generate.Generator}.
 */
@NullMarked
package org.halftune.generate;

import org.jspecify.annotations.NullMarked;
