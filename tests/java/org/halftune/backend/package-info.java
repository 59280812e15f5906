/**
 * The proof of the ops. {@link org.halftune.backend.OpSuite} is what every backend has to pass; begin there, and with
 * {@link org.halftune.backend.Reference}, which says in plain loops what each op computes.
 */
@NullMarked
package org.halftune.backend;

import org.jspecify.annotations.NullMarked;
