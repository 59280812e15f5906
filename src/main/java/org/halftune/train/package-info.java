/**
 * Training: the loop, its metrics, checkpoints, and a resume that continues bit for bit.
 *
 * <p>May import everything below the command line ({@code model}, {@code optim}, {@code hft}, {@code data}, {@code
 * pretrained} …) and is imported by {@code compare} and {@code cli} alone. It never prints: who wants to see a run passes a
 * {@link org.halftune.train.TrainingListener}. Begin with {@link org.halftune.train.Trainer}.
 */
@NullMarked
package org.halftune.train;

import org.jspecify.annotations.NullMarked;
