/** Tests of the generator in {@code models/world} and of the files that it keeps in the repository. */
@NullMarked
package org.halftune.world;

import org.jspecify.annotations.NullMarked;
