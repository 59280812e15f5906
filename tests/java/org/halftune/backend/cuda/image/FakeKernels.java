package org.halftune.backend.cuda.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A jar's kernels, made up: what {@code src/main/cuda/compile} writes, with texts for images. */
final class FakeKernels implements KernelFiles {
    private final Map<String, byte[]> files = new HashMap<>();

    /** Two headers and those modules, without images. */
    FakeKernels(String... modules) {
        var list = new StringBuilder();
        for (var module : modules) list.append(module).append(".cu\n");
        put("sources/list", list.append("cudev.cuh\nptx.cuh\n").toString());
        put("sources/cudev.cuh", "#include \"ptx.cuh\"\n");
        put("sources/ptx.cuh", "// PTX\n");
        for (var module : modules) source(module, "#include \"cudev.cuh\"\n// " + module + "\n");
    }

    FakeKernels source(String module, String text) {
        return put("sources/" + module + ".cu", text);
    }

    /** An image of the present sources. */
    FakeKernels image(String folder, String file, String image, String compiler) {
        var module = file.substring(0, file.indexOf('.'));
        var entry = String.join(" ", file, digest(module), Sha256.of(image.getBytes(UTF_8)), compiler);
        var list = files.get(folder + "/images");
        put(folder + "/images", (list == null ? "" : new String(list, UTF_8)) + entry + "\n");
        return put(folder + "/" + file, image);
    }

    FakeKernels ptx(String module, String version) {
        return image("ptx", module + ".ptx", ptxText(module, version), "13.0.88");
    }

    static String ptxText(String module, String version) {
        return "// Made of " + module + ".cu\n.version " + version + "\n.target sm_80\n";
    }

    String digest(String module) {
        return KernelSources.read(this).digest(module);
    }

    FakeKernels put(String path, String text) {
        files.put(path, text.getBytes(UTF_8));
        return this;
    }

    @Override
    public byte @Nullable [] read(String path) {
        return files.get(path);
    }
}
