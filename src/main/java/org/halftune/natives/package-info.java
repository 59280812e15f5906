/**
 * Native libraries that come in jars, extracted into one checked cache folder ({@code HALFTUNE_CACHE}).
 *
 * <p>Imports {@code problem} only, and loads nothing: whoever binds a library does. Begin with
 * {@link org.halftune.natives.NativeLibrary}.
 */
@NullMarked
package org.halftune.natives;

import org.jspecify.annotations.NullMarked;
