package org.halftune.backend.cuda.op;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a test reads in a kernel's source: constants, bounds of blocks, structures, template arguments.
 *
 * @param text without comments
 */
record CudaSource(String name, String text) {

    /**
     * A field of a structure.
     *
     * @param offset in bytes, by the rules of C
     * @param count of an array's elements; 1 for other fields
     */
    record Field(String type, String name, int offset, int count) {}

    static CudaSource of(String name) {
        try (var lines = Files.lines(Path.of("src/main/cuda", name))) {
            return new CudaSource(
                    name, lines.map(line -> line.replaceFirst("//.*", "")).collect(joining("\n")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A number, the name of a constant, {@code bound of KERNEL} (its {@code __launch_bounds__}), or a product of these. */
    double value(String expression) {
        return Arrays.stream(expression.replaceAll("[()]", "").split("\\*"))
                .mapToDouble(factor -> factor(factor.strip()))
                .reduce(1, (a, b) -> a * b);
    }

    private double factor(String factor) {
        if (Character.isDigit(factor.charAt(0))) return Double.parseDouble(factor);
        if (factor.startsWith("bound of ")) {
            var kernel = factor.substring("bound of ".length());
            return value(first("__launch_bounds__\\(([^,)]+)[^)]*\\)\\s*" + kernel + "\\(")
                    .group(1));
        }
        return value(first("(?:#define|constexpr \\w+\\b[^;]*?)\\s\\b" + factor + "\\b(?: =)?([^,;\\n]+)")
                .group(1));
    }

    /** The arguments of each use {@code function<…>(memory} in a kernel. */
    List<List<Integer>> templateArguments(String function) {
        return Pattern.compile(function + "<([\\d, ]+)>\\(\\s*memory")
                .matcher(text)
                .results()
                .map(use -> Arrays.stream(use.group(1).split(", "))
                        .map(Integer::valueOf)
                        .toList())
                .toList();
    }

    List<Field> fields(String struct) {
        var fields = new ArrayList<Field>();
        int offset = 0;
        for (var declaration :
                first("struct " + struct + " \\{([^}]*)\\}").group(1).split(";")) {
            if (declaration.isBlank()) continue;
            var declared = Pattern.compile("(.*?[ *])([\\w\\[\\]]+(?:, [\\w\\[\\]]+)*)")
                    .matcher(declaration.strip());
            if (!declared.matches()) throw new AssertionError(name + ": " + struct + ": " + declaration);
            var type = declared.group(1).strip();
            int bytes = type.endsWith("*") || type.equals("long long") ? Long.BYTES : Integer.BYTES;
            for (var field : declared.group(2).split(", ")) {
                offset = Math.ceilDiv(offset, bytes) * bytes;
                var parts = field.split("[\\[\\]]"); // name, length
                int count = parts.length == 1 ? 1 : (int) value(parts[1]);
                fields.add(new Field(type, parts[0], offset, count));
                offset += count * bytes;
            }
        }
        return fields;
    }

    private MatchResult first(String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has nothing like " + pattern));
    }
}
