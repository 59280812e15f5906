package org.halftune.pretrained;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.files.FileProblem;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Rope;

/** The output of {@code halftune inspect MODEL}: the architecture, all tensors, and totals by category. */
public final class Inspection {
    private Inspection() {}

    /**
     * Describes a model folder.
     *
     * @throws org.halftune.problem.InputError if the folder cannot be opened as a model
     */
    public static String render(Path folder) {
        try (var model = PretrainedFolder.open(folder)) {
            var parts = new ArrayList<String>();
            parts.add(architecture(model));
            if (!model.notices().isEmpty()) parts.add(String.join("\n", model.notices()));
            parts.add(tensors(model));
            parts.add(totals(model.config()));
            return String.join("\n\n", parts) + "\n";
        }
    }

    private static String architecture(PretrainedFolder model) {
        LlamaConfig c = model.config();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("model", model.path().toString()));
        rows.add(List.of(
                "architecture",
                "Llama: " + c.layers() + " layers, hidden " + c.hiddenSize() + ", feed-forward "
                        + c.intermediateSize()));
        rows.add(List.of("attention", attention(c)));
        rows.add(List.of(
                "vocabulary", Amounts.exact(c.vocabSize()) + (c.tiedHead() ? ", head tied to the embedding" : "")));
        rows.add(List.of("positions", Amounts.exact(c.maxPositions()) + ", " + rope(c.rope())));
        rows.add(List.of("norm", "RMSNorm, epsilon " + Amounts.number(c.normEpsilon())));
        rows.add(List.of("special ids", ids(model.specialIds())));
        rows.add(List.of("tokenizer", model.tokenizer().isPresent() ? "tokenizer.json" : "none"));
        for (Path file : model.weightFiles()) {
            rows.add(List.of("weights", file.getFileName() + ", " + FileProblem.size(size(file))));
        }
        return table(rows, "--");
    }

    private static String attention(LlamaConfig c) {
        String heads = c.attentionHeads() + " heads of " + c.headSize();
        if (c.keyValueHeads() == c.attentionHeads()) return heads;
        return heads + ", " + c.keyValueHeads() + " key-value heads";
    }

    private static String rope(Rope rope) {
        return switch (rope) {
            case Rope.Default(double theta) -> "rotary base " + number(theta);
            case Rope.Llama3 l ->
                "rotary base " + number(l.theta()) + ", Llama-3 scaling by " + number(l.factor()) + " from "
                        + number(l.originalPositions());
        };
    }

    private static String ids(SpecialIds ids) {
        var parts = new ArrayList<String>();
        ids.begin().ifPresent(id -> parts.add("begin " + id));
        if (!ids.end().isEmpty()) {
            parts.add("end " + ids.end().stream().map(String::valueOf).collect(Collectors.joining(" or ")));
        }
        ids.padding().ifPresent(id -> parts.add("padding " + id));
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    private static String tensors(PretrainedFolder model) {
        Map<String, ParameterSpec> specs = new HashMap<>();
        for (var spec : ParameterSpec.all(model.config())) specs.put(spec.name(), spec);
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("tensor", "shape", "type", "role", "category", "parameters"));
        for (var spec : ParameterSpec.all(model.config())) {
            rows.add(List.of(
                    spec.name(),
                    spec.shape().toString(),
                    model.tensor(spec.name()).dtype().toString(),
                    spec.role().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    spec.role().category().title(),
                    Amounts.exact(spec.elements())));
        }
        for (var tensor : model.tensors()) {
            if (specs.containsKey(tensor.name())) continue;
            String shape = tensor.shape().toString();
            rows.add(List.of(tensor.name(), shape, tensor.dtype().toString(), "ignored", "", ""));
        }
        for (var tensor : model.foreignTensors()) {
            rows.add(List.of(tensor.name(), tensor.shape().toString(), tensor.dtype(), "ignored", "", ""));
        }
        return table(rows, "-----+");
    }

    private static String totals(LlamaConfig config) {
        Map<ParameterCategory, Long> tensors = new EnumMap<>(ParameterCategory.class);
        Map<ParameterCategory, Long> parameters = new EnumMap<>(ParameterCategory.class);
        for (var spec : ParameterSpec.all(config)) {
            tensors.merge(spec.role().category(), 1L, Long::sum);
            parameters.merge(spec.role().category(), spec.elements(), Long::sum);
        }
        long all = parameters.values().stream().mapToLong(Long::longValue).sum();
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("category", "tensors", "parameters", "share"));
        tensors.forEach((category, n) -> {
            long p = parameters.getOrDefault(category, 0L);
            rows.add(List.of(category.title(), Amounts.exact(n), Amounts.exact(p), share(p, all)));
        });
        long allTensors = tensors.values().stream().mapToLong(Long::longValue).sum();
        rows.add(List.of("total", Amounts.exact(allTensors), Amounts.exact(all), share(all, all)));
        return table(rows, "-+++");
    }

    /** Aligns columns, separated by two spaces; {@code alignment} has a character per column: - left, + right. */
    private static String table(List<List<String>> rows, String alignment) {
        var widths = new int[alignment.length()];
        for (var row : rows) {
            for (int c = 0; c < widths.length; c++) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        return rows.stream().map(row -> line(row, widths, alignment)).collect(Collectors.joining("\n"));
    }

    private static String line(List<String> row, int[] widths, String alignment) {
        var line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String cell = row.get(c);
            String padding = " ".repeat(widths[c] - cell.length());
            line.append(alignment.charAt(c) == '-' ? cell + padding : padding + cell)
                    .append("  ");
        }
        return line.toString().stripTrailing();
    }

    private static String number(double x) {
        return x == Math.rint(x) ? Amounts.exact((long) x) : String.valueOf(x);
    }

    private static String share(long part, long all) {
        return Amounts.percent((double) part / all);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }
}
