/**
 * Writes TensorBoard's event files without TensorFlow: a file is a sequence of records ({@link
 * org.halftune.tensorboard.RecordFraming}), a record is an event ({@link org.halftune.tensorboard.Event}) in Protocol
 * Buffers' wire format ({@link org.halftune.tensorboard.WireFormat}).
 *
 * <p>Does not depend on training. Begin with {@link org.halftune.tensorboard.EventFile}.
 */
@NullMarked
package org.halftune.tensorboard;

import org.jspecify.annotations.NullMarked;
