/**
 * Compares full and half fine-tuning of the same base model on the same rows in the same order: time, memory, new task, old knowledge.
 *
 * <p>Prints nothing. Begin with {@link
 * org.halftune.compare.CompareRun}.
 */
@NullMarked
package org.halftune.compare;

import org.jspecify.annotations.NullMarked;
