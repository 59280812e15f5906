package org.halftune.train.export;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests for {@code RunFingerprint}. */
public final class Digests {
    private Digests() {}

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public static void update(MessageDigest digest, int[] values) {
        var bytes = ByteBuffer.allocate(4 + 4 * values.length);
        bytes.putInt(values.length);
        bytes.asIntBuffer().put(values);
        digest.update(bytes.rewind());
    }

    /** The first 64 bits in hexadecimal. */
    public static String brief(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
