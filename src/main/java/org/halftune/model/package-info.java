/**
 * A Llama: its configuration, the names and roles of its parameters, and each layer's forward and backward pass. The same code
 * runs on all backends.
 *
 * <p>Of half fine-tuning it knows only that a parameter has a gradient or has none, which
 * {@link org.halftune.model.Linear} acts on. Begin with {@link org.halftune.model.Llama}.
 */
@NullMarked
package org.halftune.model;

import org.jspecify.annotations.NullMarked;
