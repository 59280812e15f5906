/**
 * How an op describes what it launches: a {@link org.halftune.backend.cuda.launch.Launch} and its cost, given to a
 * {@link org.halftune.backend.cuda.launch.LaunchSink} that queues it on a stream or writes it into a log. It depends on no op. Begin with
 * {@link org.halftune.backend.cuda.launch.LaunchSink}.
 */
@NullMarked
package org.halftune.backend.cuda.launch;

import org.jspecify.annotations.NullMarked;
