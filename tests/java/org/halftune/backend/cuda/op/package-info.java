@NullMarked
package org.halftune.backend.cuda.op;

import org.jspecify.annotations.NullMarked;
