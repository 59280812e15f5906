/**
 * How an op says what it launches: a {@link org.halftune.backend.cuda.launch.Launch} and its cost, given to a
 * {@link org.halftune.backend.cuda.launch.LaunchSink} that queues it on a stream or writes it into a log. It knows no op. Begin with
 * {@link org.halftune.backend.cuda.launch.LaunchSink}.
 */
@NullMarked
package org.halftune.backend.cuda.launch;

import org.jspecify.annotations.NullMarked;
