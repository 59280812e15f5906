/**
 * A Llama with every layer's forward and backward written out, the names and roles of its parameters, and its
 * configuration. One code for all backends.
 *
 * <p>May import {@code backend}, {@code tensor} and {@code problem}; knows nothing of data, training or half fine-tuning
 * beyond "this parameter has a gradient, that one has none". Begin with {@link org.halftune.model.Llama}.
 */
@NullMarked
package org.halftune.model;

import org.jspecify.annotations.NullMarked;
