/**
 * Half fine-tuning (arXiv 2404.18466): which parameters of a round are trainable. Pure functions of names, shapes, seed
 * and round; only {@link org.halftune.hft.SelectionFile} does I/O.
 *
 * <p>Uses names, roles and shapes of the model, never a backend. Begin with {@link org.halftune.hft.Selection}, then
 * {@code Draw}, which chooses the parameters.
 */
@NullMarked
package org.halftune.hft;

import org.jspecify.annotations.NullMarked;
