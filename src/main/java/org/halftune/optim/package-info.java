/**
 * AdamW over the trainable parameters, and learning-rate schedules.
 *
 * <p>Independent of data and files. Begin with {@link
 * org.halftune.optim.AdamW}.
 */
@NullMarked
package org.halftune.optim;

import org.jspecify.annotations.NullMarked;
