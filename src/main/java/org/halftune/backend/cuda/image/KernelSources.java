package org.halftune.backend.cuda.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.halftune.problem.InputError;

/**
 * The sources of the kernels as they ship. A {@code .cu} file is a module; each module may include every header, so its
 * digest is over the headers and itself. An image made of other sources has another digest and is never used.
 */
final class KernelSources {
    private final SortedMap<String, byte[]> headers = new TreeMap<>();
    private final SortedMap<String, byte[]> modules = new TreeMap<>();

    private KernelSources() {}

    static KernelSources read(KernelFiles files) {
        var sources = new KernelSources();
        for (var name : new String(required(files, "list"), UTF_8).lines().toList()) {
            var content = required(files, name);
            if (name.endsWith(".cu")) sources.modules.put(name.substring(0, name.length() - ".cu".length()), content);
            else sources.headers.put(name, content);
        }
        return sources;
    }

    private static byte[] required(KernelFiles files, String name) {
        var content = files.read("sources/" + name);
        if (content != null) return content;
        throw new InputError(
                "the program was built without its kernels",
                "kernels/sources/" + name + " is missing in the jar",
                "build it with mvn package, which runs src/main/cuda/compile");
    }

    /** Names of the modules, sorted: {@code adamw}, {@code attention_forward}, … */
    List<String> modules() {
        return List.copyOf(modules.keySet());
    }

    /** The text of a module. */
    String text(String module) {
        return new String(content(module), UTF_8);
    }

    /** Names and texts of what modules include, sorted by name. */
    SortedMap<String, String> headers() {
        var texts = new TreeMap<String, String>();
        headers.forEach((name, content) -> texts.put(name, new String(content, UTF_8)));
        return Collections.unmodifiableSortedMap(texts);
    }

    /** The SHA-256 of what {@code sha256sum *.cuh MODULE.cu} prints in {@code src/main/cuda}. */
    String digest(String module) {
        var printed = new StringBuilder();
        headers.forEach((name, content) -> appendSum(printed, name, content));
        appendSum(printed, module + ".cu", content(module));
        return Sha256.of(printed.toString().getBytes(UTF_8));
    }

    private static void appendSum(StringBuilder printed, String name, byte[] content) {
        printed.append(Sha256.of(content)).append("  ").append(name).append('\n');
    }

    private byte[] content(String module) {
        var content = modules.get(module);
        if (content == null) throw new IllegalArgumentException("no module " + module);
        return content;
    }
}
