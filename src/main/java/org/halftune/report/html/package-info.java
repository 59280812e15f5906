/**
 * The comparison as one self-contained HTML file: inline style, inline SVG, no script, nothing to fetch.
 *
 * <p>The charts are written by hand as SVG text. A Java charting library draws through AWT, which needs fontconfig and
 * font files that a bare server lacks, and gives pictures that neither follow the reader's dark mode nor stay sharp on
 * paper. Begin with {@link org.halftune.report.html.HtmlReport}.
 */
@NullMarked
package org.halftune.report.html;

import org.jspecify.annotations.NullMarked;
