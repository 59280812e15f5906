/**
 * Full and half fine-tuning from one base, side by side, on the same rows in the same order: what each costs, what it
 * learns, what it forgets.
 *
 * <p>Prints nothing. Begin with {@link
 * org.halftune.compare.CompareRun}.
 */
@NullMarked
package org.halftune.compare;

import org.jspecify.annotations.NullMarked;
