/**
 * Errors that a user can fix: what is wrong, where, and what to do.
 *
 * <p>Every package may throw an {@link org.halftune.problem.InputError} or a {@link org.halftune.problem.DiskFailure}. Only {@code
 * cli} catches them.
 */
@NullMarked
package org.halftune.problem;

import org.jspecify.annotations.NullMarked;
