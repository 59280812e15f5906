/**
 * AdamW over the trainable parameters, and learning-rate schedules.
 *
 * <p>Knows nothing of data or files. Begin with {@link
 * org.halftune.optim.AdamW}.
 */
@NullMarked
package org.halftune.optim;

import org.jspecify.annotations.NullMarked;
