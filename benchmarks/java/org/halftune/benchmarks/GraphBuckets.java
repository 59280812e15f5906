package org.halftune.benchmarks;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.halftune.data.MaxLength;
import org.halftune.model.Batch;
import org.halftune.model.Buckets;
import org.halftune.model.Buckets.Grid;
import org.halftune.model.LlamaConfig;
import org.halftune.pretrained.ConfigFile;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.TrainingInputs;

/**
 * How many steps of a training replay a graph, by how lengths are padded. It reads rows as {@code halftune train} does, in the order of a
 * run, and counts; nothing is computed, so it needs no device.
 *
 * <pre>java … org.halftune.benchmarks.GraphBuckets MODEL_FOLDER FILE [MAX_LENGTH]</pre>
 */
public final class GraphBuckets {
    /** As {@code CudaBackend} has it. */
    private static final int PADDING = 64;

    /** Graphs that are kept, as in {@code CudaGraphs}. */
    private static final int KEPT = 24;

    private GraphBuckets() {}

    /**
     * How lengths are padded.
     *
     * @param seenOnceCounts whether a shape that was seen once takes the place of a graph, as before 2026-11-28
     */
    private record Rule(String name, Grid tokens, Grid rows, boolean seenOnceCounts) {
        Rule(String name, Grid tokens, Grid rows) {
            this(name, tokens, rows, false);
        }

        Shape shape(Batch batch, int most) {
            var buckets = new Buckets(PADDING, tokens, rows, most);
            int count = buckets.tokens(batch.tokenCount());
            return new Shape(count, buckets.rows(batch.labelledCount(), count));
        }
    }

    private record Shape(int tokens, int rows) {}

    private static List<Rule> rules(LlamaConfig config) {
        var halftune = Buckets.ofGraphs(PADDING, 1, config);
        return List.of(
                new Rule("multiples of 64, shapes seen once count", Grid.FINEST, Grid.FINEST, true),
                new Rule("multiples of 64", Grid.FINEST, Grid.FINEST),
                new Rule("16 a doubling, rows 4", parts(16), parts(4)),
                new Rule("8 a doubling, rows 8", parts(8), parts(8)),
                new Rule("8 a doubling, rows 4", parts(8), parts(4)),
                new Rule("8 a doubling, rows 2", parts(8), parts(2)),
                new Rule("4 a doubling, rows 4", parts(4), parts(4)),
                new Rule("powers of two", parts(1), parts(1)),
                new Rule("**Halftune's, by the model's size**", halftune.tokens(), halftune.rows()));
    }

    private static Grid parts(int parts) {
        return new Grid(parts, Integer.MAX_VALUE);
    }

    public static void main(String[] arguments) {
        if (arguments.length < 2) {
            System.err.println("GraphBuckets MODEL_FOLDER FILE [MAX_LENGTH]");
            System.exit(2);
        }
        var model = Path.of(arguments[0]);
        var config = ConfigFile.read(model.resolve(ConfigFile.NAME)).config();
        System.out.println(
                "| rows a batch | lengths | shapes | replayed | captured | tokens added | labelled rows added | operations added |");
        System.out.println("|---:|---|---:|---:|---:|---:|---:|---:|");
        for (int rows : List.of(1, 4, 8)) {
            var batches = batches(arguments, config, rows);
            for (var rule : rules(config)) System.out.println(row(rows, rule, batches, config));
        }
    }

    /** All batches of a run of three epochs that teach something. */
    private static List<Batch> batches(String[] arguments, LlamaConfig config, int rows) {
        var form = new TrainingArgumentsBuilder();
        form.modelNameOrPath = Path.of(arguments[0]);
        form.trainFiles = List.of(Path.of(arguments[1]));
        form.outputDir = Path.of(System.getProperty("java.io.tmpdir"));
        if (arguments.length > 2) form.maxLength = MaxLength.asked(Integer.parseInt(arguments[2]));
        form.perDeviceTrainBatchSize = rows;
        var plan = TrainingInputs.plan(form.build(), config, LocalDateTime.of(2026, 1, 1, 0, 0), _ -> {});
        var batches = new ArrayList<Batch>();
        for (int step = 0; step < plan.totalSteps(); step++) batches.addAll(plan.batches(step));
        batches.removeIf(batch -> batch.labelledCount() == 0);
        return batches;
    }

    private static String row(int rows, Rule rule, List<Batch> batches, LlamaConfig config) {
        int longest = batches.stream().mapToInt(Batch::tokenCount).max().orElseThrow();
        int most = (longest + PADDING - 1) / PADDING * PADDING;
        var all = new HashSet<Shape>();
        var known = new LinkedHashMap<Shape, Boolean>(
                16, 0.75f, true); // whether it has a graph; the one used longest ago is first
        int replayed = 0, captured = 0;
        long tokens = 0, labelled = 0, paddedTokens = 0, paddedRows = 0;
        for (var batch : batches) {
            var shape = rule.shape(batch, most);
            all.add(shape);
            var graph = known.get(shape);
            if (graph == null) known.put(shape, false);
            else if (graph) replayed++;
            else {
                captured++;
                known.put(shape, true);
            }
            var counted = known.entrySet().stream()
                    .filter(entry -> entry.getValue() || rule.seenOnceCounts)
                    .toList();
            if (counted.size() > KEPT) known.remove(counted.getFirst().getKey());
            tokens += batch.tokenCount();
            labelled += batch.labelledCount();
            paddedTokens += shape.tokens();
            paddedRows += shape.rows();
        }
        double blocks = (double) config.layers()
                * (config.hiddenSize() * (double) (2 * config.queryWidth() + 2 * config.keyValueWidth())
                        + 3.0 * config.hiddenSize() * config.intermediateSize());
        double head = (double) config.vocabSize() * config.hiddenSize();
        double added = (paddedTokens * blocks + paddedRows * head) / (tokens * blocks + labelled * head) - 1;
        return String.format(
                Locale.ROOT,
                "| %d | %s | %d | %.1f %% | %d | %.1f %% | %.1f %% | %.1f %% |",
                rows,
                rule.name(),
                all.size(),
                100.0 * replayed / batches.size(),
                captured,
                100.0 * (paddedTokens - tokens) / tokens,
                100.0 * (paddedRows - labelled) / labelled,
                100 * added);
    }
}
