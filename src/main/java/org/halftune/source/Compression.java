package org.halftune.source;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.halftune.problem.InputError;

/**
 * The compression of a file, detected from its first bytes. The name does not tell: browsers and servers decompress files
 * and keep the name.
 */
enum Compression {
    NONE,
    GZIP,
    ZSTD;

    private static final int BUFFER = 1 << 16;

    /** First bytes, in hexadecimal, of compression formats that are not supported. */
    private static final Map<String, String> REFUSED =
            Map.of("425a68", "bzip2", "fd377a585a", "xz", "504b0304", "zip", "377abcaf", "7-Zip", "04224d18", "lz4");

    /**
     * @param head the first bytes of the file
     * @throws InputError if the compression is not supported
     */
    static Compression of(Path file, byte[] head) {
        String hex = HexFormat.of().formatHex(head);
        if (hex.startsWith("1f8b")) return GZIP;
        if (hex.startsWith("28b52ffd")) return ZSTD;
        for (var known : REFUSED.entrySet()) {
            if (!hex.startsWith(known.getKey())) continue;
            throw new InputError(
                    "the file is compressed with " + known.getValue() + ", which is not supported",
                    file.toString(),
                    "decompress it, or compress it with gzip or zstd");
        }
        return NONE;
    }

    /** The first bytes of a file, at most {@code count}. */
    static byte[] head(Path file, int count) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return bytes.readNBytes(count);
        }
    }

    /** The file's content, decompressed. */
    InputStream open(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        try {
            return switch (this) {
                case NONE -> bytes;
                case GZIP -> new GZIPInputStream(bytes, BUFFER);
                case ZSTD -> new ZstdInputStream(bytes).setContinuous(false);
            };
        } catch (LinkageError e) {
            bytes.close();
            throw new InputError(
                    "the zstd library cannot be loaded: " + e.getMessage(),
                    file.toString(),
                    "decompress the file (zstd -d), or set java.io.tmpdir to a folder that is not mounted noexec");
        } catch (IOException | RuntimeException | Error failure) {
            bytes.close();
            throw failure;
        }
    }

    /** The file's name in lower case without the extension of its compression. */
    static String nameWithin(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        for (String ending : List.of(".gz", ".gzip", ".zst", ".zstd")) {
            if (name.endsWith(ending)) return name.substring(0, name.length() - ending.length());
        }
        return name;
    }

    /** Its name for messages. */
    String label() {
        return this == GZIP ? "gzip" : "zstd";
    }
}
