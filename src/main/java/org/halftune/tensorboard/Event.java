package org.halftune.tensorboard;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An entry of an event file: the message {@code Event} of TensorFlow's {@code event.proto}, limited to the fields
 * needed here.
 */
public sealed interface Event {

    /** The first event of every file. */
    record FileVersion() implements Event {}

    /**
     * A run starts or resumes at {@code step}. TensorBoard discards earlier events of this and later steps, because
     * they will be written again.
     */
    record SessionStart(long step) implements Event {}

    /** Values by tag, such as {@code train/loss}, after {@code step} steps. Stored as 32-bit floats. */
    record Scalars(long step, Map<String, Double> values) implements Event {
        public Scalars {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** @param wallTime seconds since 1970 */
    default byte[] encode(double wallTime) {
        var event = new WireFormat().real(1, wallTime);
        var whole = switch (this) {
            case FileVersion() -> event.text(3, "brain.Event:2");
            case SessionStart(long step) -> step(event, step).message(7, new WireFormat().integer(1, 1));
            case Scalars(long step, Map<String, Double> values) -> {
                var summary = new WireFormat();
                values.forEach((tag, value) ->
                        summary.message(1, new WireFormat().text(1, tag).real(2, value.floatValue())));
                yield step(event, step).message(5, summary);
            }
        };
        return whole.toBytes();
    }

    /** Zero is omitted, as in protobuf's own encoders. */
    private static WireFormat step(WireFormat event, long step) {
        return step == 0 ? event : event.integer(2, step);
    }
}
