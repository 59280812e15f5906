/**
 * One optimizer step on a device, with what it reads and what it returns. Begin with {@link org.halftune.session.TrainStep}.
 */
@NullMarked
package org.halftune.session;

import org.jspecify.annotations.NullMarked;
