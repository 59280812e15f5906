/**
 * Text for the terminal: tables, amounts with units, a progress bar.
 *
 * <p>Independent of models and training. Begin with
 * {@link org.halftune.console.Terminal}.
 */
@NullMarked
package org.halftune.console;

import org.jspecify.annotations.NullMarked;
