/**
 * Native libraries from jars, extracted into a cache folder ({@code HALFTUNE_CACHE}) and verified.
 *
 * <p>Does not load libraries; the classes that bind them do. Begin with {@link org.halftune.natives.NativeLibrary}.
 */
@NullMarked
package org.halftune.natives;

import org.jspecify.annotations.NullMarked;
