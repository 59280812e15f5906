package org.halftune.backend.cuda.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One folder of images in the jar and its list, {@code images}: a line each of file, digest of its sources, SHA-256 of
 * the image, and release of the compiler.
 */
final class ImageFolder {
    private final KernelFiles files;
    private final String folder;
    private final Map<String, Entry> entries = new HashMap<>();

    private record Entry(String sources, String image, String compiler) {}

    /**
     * An image that was made of the present sources and arrived unharmed.
     *
     * @param compiler its release: {@code 13.0.88}
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Found(byte[] code, String compiler) {}

    /** The folder of that name; without a list it is empty. */
    ImageFolder(KernelFiles files, String folder) {
        this.files = files;
        this.folder = folder;
        var list = files.read(folder + "/images");
        if (list == null) return;
        for (var line : new String(list, UTF_8).lines().toList()) {
            var fields = List.of(line.split(" ", -1));
            if (fields.size() == 4) entries.put(fields.get(0), new Entry(fields.get(1), fields.get(2), fields.get(3)));
        }
    }

    /** The image {@code file}, or null if there is none that was made of the sources with this digest. */
    @Nullable
    Found find(String file, String digest) {
        var entry = entries.get(file);
        if (entry == null || !entry.sources.equals(digest)) return null;
        var code = files.read(folder + "/" + file);
        return code != null && Sha256.of(code).equals(entry.image) ? new Found(code, entry.compiler) : null;
    }

    /** Why {@link #find} found nothing. */
    String absence(String file) {
        return entries.containsKey(file) ? "the one in the jar was made from other sources" : "the jar has none";
    }
}
