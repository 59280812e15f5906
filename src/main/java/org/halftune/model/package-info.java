/**
 * A Llama: its configuration, the names and roles of its parameters, and each layer's forward and backward pass. The same code
 * runs on all backends.
 *
 * <p>All it needs of half fine-tuning is whether a parameter has a gradient, which
 * {@link org.halftune.model.Linear} acts on. Begin with {@link org.halftune.model.Llama}.
 */
@NullMarked
package org.halftune.model;

import org.jspecify.annotations.NullMarked;
