/** Measures training steps of half against full fine-tuning, by shape. See {@code benchmarks/README.md}. */
@NullMarked
package org.halftune.benchmarks;

import org.jspecify.annotations.NullMarked;
