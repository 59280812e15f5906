package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Terminal;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** {@code halftune eval}: perplexity and exact-match scores of a model on rows. */
final class EvalCommand implements Command {

    /** What is measured; {@code auto}: what the rows allow. */
    enum Metric {
        AUTO,
        PERPLEXITY,
        EXACT_MATCH
    }

    private @Nullable Path model;
    private List<Path> evalFiles = List.of();
    private Metric metric = Metric.AUTO;
    private int batchSize = 8;
    private int maxLength = 1024;
    private int maxNewTokens = 64;
    private @Nullable Path outputDir;
    private int threads;

    @Override
    public String name() {
        return "eval";
    }

    @Override
    public String summary() {
        return "perplexity and exact-match scores of a model on rows";
    }

    @Override
    public String positional() {
        return "model_name_or_path";
    }

    @Override
    public String notes() {
        return "Example:\n  halftune eval out --eval_file test.jsonl --metric exact_match";
    }

    @Override
    public List<FlagGroup> flags() {
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path("model_name_or_path", "FOLDER", v -> model = v, "a Llama in Hugging Face form"),
                        Flag.paths("eval_file", "FILE", v -> evalFiles = v, "rows, JSON or JSONL"),
                        Flag.word(
                                "metric",
                                Metric.class,
                                metric,
                                v -> metric = v,
                                "what to measure; exact_match compares what the model answers to a prompt"),
                        Flag.path("output_dir", "FOLDER", v -> outputDir = v, "write eval.json there")),
                FlagGroup.of(
                        "How",
                        Flag.integer("per_device_eval_batch_size", batchSize, v -> batchSize = v, "rows in a batch"),
                        Flag.integer("max_length", maxLength, v -> maxLength = v, "longer rows are cut, in tokens"),
                        Flag.integer("max_new_tokens", maxNewTokens, v -> maxNewTokens = v, "longest answer"),
                        MachineFlags.device(),
                        MachineFlags.dtype(),
                        MachineFlags.threads(v -> threads = v)));
    }

    @Override
    public int run(Terminal terminal) {
        var folder = Required.path(model, "model_name_or_path", "name a model folder");
        if (evalFiles.isEmpty()) throw new InputError("--eval_file is missing", "", "name a file of rows");
        Required.atLeast(1, batchSize, "per_device_eval_batch_size");
        Required.atLeast(2, maxLength, "max_length");
        Required.atLeast(1, maxNewTokens, "max_new_tokens");
        throw new UnsupportedOperationException(
                "eval " + folder + metric + Optional.ofNullable(outputDir) + threads);
    }
}
