/**
 * The statistics of a study: means with intervals, paired tests, and the correction for several tests.
 *
 * <p>Numbers in, numbers out. Begin with {@link org.halftune.statistics.Estimate}.
 */
@NullMarked
package org.halftune.statistics;

import org.jspecify.annotations.NullMarked;
