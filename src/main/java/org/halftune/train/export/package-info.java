/**
 * Exports the trained model: trained weights from their masters, frozen weights from the base model's files. Begin with
 * {@link org.halftune.train.export.ExactWeights}.
 */
@NullMarked
package org.halftune.train.export;

import org.jspecify.annotations.NullMarked;
