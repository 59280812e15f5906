package org.halftune.eval;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import org.halftune.backend.Backend;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.FolderTemplate;
import org.halftune.data.ModelLimits;
import org.halftune.generate.LoadedModel;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;

/** Runs {@code halftune eval}: scores a model folder on files. */
public final class EvalRun {
    private EvalRun() {}

    /**
     * Scores the files in order and writes {@code eval.json} if there is an output folder.
     *
     * @throws InputError if the model, a file or the output folder cannot be used; then nothing is written
     */
    public static EvaluationResult run(Backend backend, EvalOptions options, EvalListener listener) {
        if (options.outputDir() != null) OutputFolder.checkWritable(options.outputDir());
        for (var file : options.files()) checkReadable(file);
        try (var model = LoadedModel.open(backend, options.model())) {
            long start = System.nanoTime();
            var config = model.parameters().config();
            var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
            var template = FolderTemplate.open(
                    options.model(),
                    options.encoding().chatTemplate(),
                    model.tokenizer(),
                    LocalDateTime.now(ZoneId.systemDefault()));
            var encoder = new ExampleEncoder(
                    model.tokenizer(), template, options.encoding().within(limits), limits);
            var scorer = new Scorer(
                    backend, model.parameters(), model.tokenizer(), options.batchSize(), options.form(), listener);
            var scores = new ArrayList<FileScore>();
            model.notices().forEach(listener::notice);
            for (var file : options.files()) {
                var rows = EvalRows.read(
                        file, encoder, model.tokenizer(), config.maxPositions(), options.limit(), options.metric());
                Scorer.check(file.toString(), rows, options.metric(), config.maxPositions());
                rows.notices().forEach(listener::notice);
                listener.begins();
                scores.add(scorer.score(file.toString(), rows, options.metric()));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            var result = new EvaluationResult(
                    options.model().toString(),
                    backend.description(),
                    options.encoding().maxLength().within(limits),
                    seconds,
                    scores);
            if (options.outputDir() != null) result.write(options.outputDir());
            return result;
        }
    }

    /** Finds mistyped names before the model is loaded. */
    private static void checkReadable(Path file) {
        if (!Files.exists(file))
            throw new InputError("the data file does not exist", file.toString(), "check the path");
    }
}
