/**
 * File access for all packages: strict JSON, atomic writes, and errors for users.
 *
 * <p>Begin with {@link org.halftune.files.AtomicFile}.
 */
@NullMarked
package org.halftune.files;

import org.jspecify.annotations.NullMarked;
