/**
 * What a step minimizes: what its tokens are worth, in which order the model's passes run, and the loss that is reported.
 * Begin with {@link org.halftune.objective.Objective}.
 */
@NullMarked
package org.halftune.objective;

import org.jspecify.annotations.NullMarked;
