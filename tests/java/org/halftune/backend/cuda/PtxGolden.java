package org.halftune.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.halftune.backend.cuda.cublas.CublasLibrary;
import org.halftune.backend.cuda.driver.CudaFailure;
import org.halftune.backend.cuda.image.KernelImages;
import org.halftune.backend.cuda.image.ShippedKernels;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * What a device made of every instruction that {@code ptx.cuh} wraps. As a file: a first line that says which device, then a
 * line an instruction, its name and its results as words in hexadecimal, between tabs.
 *
 * <p>{@code PtxGolden FILE} records one on this machine's device and holds it against the emulation's.
 */
record PtxGolden(String device, Map<PtxWrapper, int[]> results) {
    /** The emulation's own, in {@code tests/resources}. */
    static final String EMULATION = "/golden/emulation.tsv";

    private static final String KERNELS = "/golden/wrappers.ptx";
    private static final int SHOWN = 3;

    public static void main(String[] arguments) throws IOException {
        PtxGolden recorded;
        try (var backend = open()) {
            recorded = record(backend);
        } catch (InputError | CudaFailure e) {
            System.out.println("failed: " + e.getMessage());
            System.exit(1);
            return;
        }
        recorded.write(Path.of(arguments[0]));
        System.out.println("recorded on " + recorded.device);
        var differences = recorded.differencesFrom(emulation());
        differences.forEach(line -> System.out.println("failed: " + line));
        if (!differences.isEmpty()) System.exit(1);
        System.out.println("the emulation computes the same, within what each instruction allows");
    }

    /** A backend that has the wrappers in addition to the product's kernels. */
    static CudaBackend open() throws IOException {
        byte[] ptx;
        try (InputStream in = PtxGolden.class.getResourceAsStream(KERNELS)) {
            if (in == null) throw new IOException("no " + KERNELS);
            ptx = in.readAllBytes();
        }
        // The driver reads PTX up to a zero.
        var wrappers = new KernelImages.Image("wrappers", "PTX", Arrays.copyOf(ptx, ptx.length + 1));
        Consumer<String> silent = _ -> {};
        KernelImages images = device -> {
            var all = new ArrayList<>(ShippedKernels.inJar(silent).imagesFor(device));
            all.add(wrappers);
            return all;
        };
        return CudaBackend.open(0, images, System.getenv(CublasLibrary.VARIABLE));
    }

    static PtxGolden record(CudaBackend backend) {
        var results = new EnumMap<PtxWrapper, int[]>(PtxWrapper.class);
        for (var wrapper : PtxWrapper.values()) results.put(wrapper, wrapper.run(backend));
        return new PtxGolden(backend.deviceDetails() + ", " + LocalDate.now(ZoneOffset.UTC), results);
    }

    static PtxGolden emulation() throws IOException {
        try (InputStream in = PtxGolden.class.getResourceAsStream(EMULATION)) {
            if (in == null) throw new IOException("no " + EMULATION);
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    static PtxGolden read(Path file) throws IOException {
        return parse(Files.readAllLines(file));
    }

    private static PtxGolden parse(List<String> lines) throws IOException {
        var results = new EnumMap<PtxWrapper, int[]>(PtxWrapper.class);
        for (var line : lines.subList(1, lines.size())) {
            var columns = line.split("\t");
            var words = new int[columns.length - 1];
            Arrays.setAll(words, i -> HexFormat.fromHexDigits(columns[i + 1]));
            results.put(PtxWrapper.valueOf(columns[0]), words);
        }
        return new PtxGolden(lines.getFirst().substring(2), results);
    }

    void write(Path file) throws IOException {
        var text = new StringBuilder("# " + device + "\n");
        results.forEach((wrapper, words) -> {
            text.append(wrapper);
            for (int word : words) text.append('\t').append(HexFormat.of().toHexDigits(word));
            text.append('\n');
        });
        Files.writeString(file, text);
    }

    /** What of this cannot come from an instruction whose results are {@code expected}'s; empty if the two agree. */
    List<String> differencesFrom(PtxGolden expected) {
        var lines = new ArrayList<String>();
        for (var wrapper : PtxWrapper.values()) {
            int @Nullable [] wanted = expected.results.get(wrapper);
            int @Nullable [] found = results.get(wrapper);
            if (wanted == null || found == null || wanted.length != found.length) {
                lines.add(wrapper + ": not recorded, or for other inputs");
                continue;
            }
            var wrong = new ArrayList<String>();
            for (int i = 0; i < found.length; i++) {
                if (wrapper.agree(i, wanted[i], found[i])) continue;
                wrong.add("[" + i + "] " + Integer.toHexString(found[i]) + " for " + Integer.toHexString(wanted[i]));
            }
            if (wrong.isEmpty()) continue;
            lines.add(wrapper + ": " + wrong.size() + " of " + found.length + " differ: "
                    + String.join(", ", wrong.subList(0, Math.min(SHOWN, wrong.size()))));
        }
        return lines;
    }
}
