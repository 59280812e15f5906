@NullMarked
package org.halftune.backend.cuda.image;

import org.jspecify.annotations.NullMarked;
