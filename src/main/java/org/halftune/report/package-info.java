/**
 * The results of a comparison and of a training, as records, and as {@code comparison.json}, terminal table and {@code report.html}.
 *
 * <p>Measures nothing itself. Begin with {@link org.halftune.report.Comparison}, then {@link org.halftune.report.ComparisonTable}.
 */
@NullMarked
package org.halftune.report;

import org.jspecify.annotations.NullMarked;
