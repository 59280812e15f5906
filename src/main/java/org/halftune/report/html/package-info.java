/**
 * The reports as self-contained HTML: inline styles and SVG, no scripts, nothing to download.
 *
 * <p>The charts are generated as SVG text. Java charting libraries draw through AWT, which needs fontconfig and fonts that a server may
 * not have, and their images do not adapt to dark mode. Begin with {@link org.halftune.report.html.HtmlReport}.
 */
@NullMarked
package org.halftune.report.html;

import org.jspecify.annotations.NullMarked;
