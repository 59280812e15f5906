/**
 * Full and half fine-tuning from one base, side by side, on the same rows in the same order: what each costs, what it
 * learns, what it forgets.
 *
 * <p>May import {@code train}, {@code eval}, {@code report} and what they stand on; prints nothing. Begin with {@link
 * org.halftune.compare.CompareRun}.
 */
@NullMarked
package org.halftune.compare;

import org.jspecify.annotations.NullMarked;
