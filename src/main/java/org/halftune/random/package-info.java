/**
 * The random generator for draws that must be reproducible from a published seed: selections and the order of rows.
 *
 * <p>Begin with {@link org.halftune.random.SplitMix64}.
 */
@NullMarked
package org.halftune.random;

import org.jspecify.annotations.NullMarked;
