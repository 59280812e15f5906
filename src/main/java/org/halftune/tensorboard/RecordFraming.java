package org.halftune.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A record of a TFRecord file, little-endian:
 *
 * <pre>
 * u64 length | u32 masked CRC-32C of length | data | u32 masked CRC-32C of data
 * </pre>
 *
 * A checksum is masked (rotated right by 15 bits, plus a constant), because the data may itself contain checksums
 * (TensorFlow, {@code core/lib/hash/crc32c.h}).
 */
final class RecordFraming {
    private static final int MASK = 0xa282ead8;
    private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;

    private RecordFraming() {}

    static byte[] frame(byte[] data) {
        var record = ByteBuffer.allocate(FRAME + data.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), Long.BYTES));
        record.put(data);
        record.putInt(maskedCrc(data, data.length));
        return record.array();
    }

    private static int maskedCrc(byte[] bytes, int count) {
        var crc = new CRC32C();
        crc.update(bytes, 0, count);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }
}
