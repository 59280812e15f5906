package org.halftune.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads event files according to the specifications. Shares no code with the writer, not even the checksum. */
public final class EventReader {
    /** An event; {@code version} and {@code values} are empty in events of other kinds. */
    public record Read(double wallTime, long step, String version, boolean start, Map<String, Float> values) {}

    private EventReader() {}

    /** All complete records. A truncated record ends the file, as in TensorBoard. */
    public static List<Read> read(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        var events = new ArrayList<Read>();
        while (bytes.remaining() >= 12) {
            int start = bytes.position();
            long length = bytes.getLong();
            check(bytes.getInt(), bytes, start, 8);
            if (bytes.remaining() < length + 4) break;
            int data = bytes.position();
            bytes.position(data + (int) length);
            check(bytes.getInt(), bytes, data, (int) length);
            events.add(event(bytes.slice(data, (int) length).order(ByteOrder.LITTLE_ENDIAN)));
        }
        return events;
    }

    private static void check(int stored, ByteBuffer bytes, int from, int count) {
        int crc = ~0;
        for (int i = from; i < from + count; i++) {
            crc ^= bytes.get(i) & 0xff;
            for (int bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
        }
        crc = ~crc;
        int masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
        if (masked != stored) throw new AssertionError("checksum " + stored + " is not " + masked);
    }

    private static Read event(ByteBuffer in) {
        double wallTime = 0;
        long step = 0;
        String version = "";
        boolean start = false;
        var values = new LinkedHashMap<String, Float>();
        while (in.hasRemaining()) {
            switch ((int) varint(in)) {
                case 1 << 3 | 1 -> wallTime = in.getDouble();
                case 2 << 3 -> step = varint(in);
                case 3 << 3 | 2 -> version = text(in);
                case 5 << 3 | 2 -> {
                    var summary = part(in);
                    while (summary.hasRemaining()) {
                        if (varint(summary) != (1 << 3 | 2)) throw new AssertionError("no value in the summary");
                        value(part(summary), values);
                    }
                }
                case 7 << 3 | 2 -> {
                    var session = part(in);
                    start = varint(session) == (1 << 3) && varint(session) == 1;
                }
                default -> throw new AssertionError("unknown field");
            }
        }
        return new Read(wallTime, step, version, start, values);
    }

    private static void value(ByteBuffer in, Map<String, Float> values) {
        if (varint(in) != (1 << 3 | 2)) throw new AssertionError("no tag");
        String tag = text(in);
        if (varint(in) != (2 << 3 | 5)) throw new AssertionError("no simple_value");
        values.put(tag, in.getFloat());
    }

    private static String text(ByteBuffer in) {
        return StandardCharsets.UTF_8.decode(part(in)).toString();
    }

    private static ByteBuffer part(ByteBuffer in) {
        int length = (int) varint(in);
        var part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return part;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) return value;
        }
    }
}
