/**
 * The generator behind every draw that a published seed must repeat: which parameters learn, and the order of rows.
 *
 * <p>Begin with {@link org.halftune.random.SplitMix64}.
 */
@NullMarked
package org.halftune.random;

import org.jspecify.annotations.NullMarked;
