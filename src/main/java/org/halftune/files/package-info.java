/**
 * Files as every other package wants them: JSON read strictly, and writes that leave either the whole new file or none.
 *
 * <p>Begin with {@link org.halftune.files.AtomicFile}.
 */
@NullMarked
package org.halftune.files;

import org.jspecify.annotations.NullMarked;
