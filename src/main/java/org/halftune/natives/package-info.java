/**
 * Native libraries that come in jars, extracted into one checked cache folder ({@code HALFTUNE_CACHE}).
 *
 * <p>Loads nothing: the class that binds a library does. Begin with
 * {@link org.halftune.natives.NativeLibrary}.
 */
@NullMarked
package org.halftune.natives;

import org.jspecify.annotations.NullMarked;
