/**
 * A training on a device: what it allocates, its steps, its rounds, and the tensors that are saved. Begin with {@link
 * org.halftune.session.TrainingSession}.
 */
@NullMarked
package org.halftune.session;

import org.jspecify.annotations.NullMarked;
