/**
 * Half fine-tuning (arXiv 2404.18466): which parameters of a round learn. Pure functions of names, shapes, seed and
 * round; only {@link org.halftune.hft.SelectionFile} touches a disk.
 *
 * <p>Sees names, roles and shapes of the model alone, and never a backend.
 * Begin with {@link org.halftune.hft.Selection}, then {@code Draw} for how the parameters are chosen.
 */
@NullMarked
package org.halftune.hft;

import org.jspecify.annotations.NullMarked;
