/**
 * What a comparison of full and half fine-tuning found: as data, as {@code comparison.json}, as a table for the terminal,
 * and ({@code report.html}) as a page to read and to send.
 *
 * <p>It is handed finished figures and measures nothing itself. Begin
 * with {@link org.halftune.report.Comparison}, then {@link org.halftune.report.ComparisonTable}.
 */
@NullMarked
package org.halftune.report;

import org.jspecify.annotations.NullMarked;
