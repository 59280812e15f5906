/**
 * The model that a training leaves: trained weights from their masters, frozen ones from the file they came from. Begin with
 * {@link org.halftune.train.export.ExactWeights}.
 */
@NullMarked
package org.halftune.train.export;

import org.jspecify.annotations.NullMarked;
