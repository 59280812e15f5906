/**
 * Text for people at a terminal: tables, amounts with units, one progress line.
 *
 * <p>Knows nothing of models or training. Begin with
 * {@link org.halftune.console.Terminal}.
 */
@NullMarked
package org.halftune.console;

import org.jspecify.annotations.NullMarked;
