package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Terminal;
import org.halftune.train.TrainingArgumentsBuilder;
import org.jspecify.annotations.Nullable;

/** {@code halftune compare}: trains FFT and HFT from one base on the same task and sets them side by side. */
final class CompareCommand implements Command {
    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private @Nullable Path knowledgeFile;

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String summary() {
        return "train FFT and HFT from one base, side by side: time, memory, new task, old knowledge";
    }

    @Override
    public String notes() {
        return """
                Without flags it compares on the bundled model and one of its tasks. Example with your own:
                  halftune compare --model_name_or_path llama --train_file train.jsonl --eval_file test.jsonl --max_steps 100
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path(
                                "model_name_or_path",
                                "FOLDER",
                                v -> form.modelNameOrPath = v,
                                "the base model [the bundled one]"),
                        training.trainFile(),
                        training.evalFile(),
                        Flag.path(
                                "knowledge_file",
                                "FILE",
                                v -> knowledgeFile = v,
                                "rows of old knowledge, to see what is forgotten"),
                        training.maxLength(),
                        training.outputDir("for comparison.json and the HTML report [comparison]")),
                FlagGroup.of(
                        "Half fine-tuning",
                        training.strategy(),
                        training.ratio(),
                        training.round(),
                        training.freezeEmbeddings(),
                        training.freezeLmHead(),
                        training.freezeFinalNorm()),
                training.batching(),
                training.optimizing(),
                FlagGroup.of(
                        "Machine",
                        training.seed(),
                        training.evalBatchSize(),
                        training.disableTqdm(),
                        MachineFlags.device(),
                        MachineFlags.dtype(),
                        training.threads()));
    }

    @Override
    public int run(Terminal terminal) {
        throw new UnsupportedOperationException("compare " + Optional.ofNullable(knowledgeFile));
    }
}
