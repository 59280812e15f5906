package org.halftune.tensorboard;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an event file holds: messages {@code Event} of TensorFlow's {@code event.proto}, as far as they are needed here.
 */
public sealed interface Event {

    /** The first event of every file. */
    record FileVersion() implements Event {}

    /**
     * A program begins, or begins again: TensorBoard forgets what earlier files say of {@code step} and later ones,
     * because the program will say it anew.
     */
    record SessionStart(long step) implements Event {}

    /** Numbers by tag, such as {@code train/loss}, after {@code step} steps. Stored in 32 bits. */
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

    /** Zeros are left out, as protobuf's own encoders do. */
    private static WireFormat step(WireFormat event, long step) {
        return step == 0 ? event : event.integer(2, step);
    }
}
