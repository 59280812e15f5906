/**
 * Half-reset: puts a part of a tuned model back to the values before its tuning.
 *
 * <p>Begin with {@link org.halftune.reset.ModelPair}, which gives each weight from the base or from the tuned model. {@link
 * org.halftune.reset.ResetFolder} writes the result from file to file; {@link org.halftune.reset.ResetSweep} scores results of
 * many ratios without writing them. What goes back is decided in {@link org.halftune.hft.HalfReset}.
 */
@NullMarked
package org.halftune.reset;

import org.jspecify.annotations.NullMarked;
