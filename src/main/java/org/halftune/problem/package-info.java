/**
 * What a user can put right: errors that say what is wrong, where, and how to fix it.
 *
 * <p>Every package may throw an {@link org.halftune.problem.InputError}. Only {@code cli} catches it.
 */
@NullMarked
package org.halftune.problem;

import org.jspecify.annotations.NullMarked;
