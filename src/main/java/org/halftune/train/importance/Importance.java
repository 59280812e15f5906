package org.halftune.train.importance;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.console.Amounts;
import org.halftune.hft.ImportanceScores;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionOrigin;
import org.halftune.model.Batch;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.halftune.session.StartingWeights;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.export.Digests;
import org.halftune.train.input.TrainingInputs;

/**
 * {@code --hft_strategy importance}: gives the selection the scores of its source data. A selection that needs none stays as it
 * is.
 *
 * @param start the weights to score
 */
public record Importance(Backend backend, LlamaConfig config, StartingWeights start, Consumer<String> notice) {

    /**
     * The arguments with scores.
     *
     * @param recorded the selection of the run that is resumed: its scores are used if they are of the same source
     */
    public TrainingArguments scored(TrainingArguments arguments, Optional<Selection> recorded) {
        var selecting = arguments.selecting();
        var source = selecting.unscored();
        if (source.isEmpty()) return arguments;
        var before = recorded.flatMap(selection -> recorded(selection, selecting, source.get()));
        if (before.isPresent()) return arguments.with(selecting.with(before.get()));
        return arguments.with(scored(
                selecting,
                arguments.model(),
                arguments.data().ofSource(source.get().file())));
    }

    private static Optional<ImportanceScores> recorded(
            Selection selection, Selecting selecting, Selecting.Importance asked) {
        if (!(selection.origin() instanceof SelectionOrigin.LeastImportant least)) return Optional.empty();
        var source = least.scores().source();
        boolean same = source.file().equals(name(asked))
                && source.samples() <= asked.samples()
                && source.seed() == selecting.seed()
                && source.round() == selecting.round();
        return same ? Optional.of(least.scores()) : Optional.empty();
    }

    /**
     * The selection with scores, by one pass over a sample.
     *
     * @param data of the source file
     * @throws InputError if the file has no row with a labelled token, or the pass does not fit in memory
     */
    public Selecting scored(Selecting selecting, TrainingArguments.Model model, TrainingArguments.Data data) {
        var asked = selecting.unscored();
        if (asked.isEmpty()) return selecting;
        long seed = ImportanceScores.sampleSeed(selecting.seed(), selecting.round());
        var rows = TrainingInputs.sample(model, data, asked.get().samples(), seed, config, notice);
        var batches = IntStream.range(0, rows.size())
                .mapToObj(rows::batch)
                .filter(batch -> batch.labelledCount() > 0)
                .toList();
        if (batches.isEmpty()) {
            throw new InputError(
                    "none of the sampled rows has a token to learn",
                    asked.get().file().toString(),
                    "give source data with texts, completions or answers");
        }
        notice.accept("importance: scoring all matrices on " + Amounts.counted(batches.size(), "row") + " of "
                + name(asked.get()));
        var values = new ImportancePass(backend, config, start).run(batches);
        for (var value : values.entrySet()) {
            if (Double.isFinite(value.getValue())) continue;
            throw new InputError(
                    "the importance of " + value.getKey() + " is " + value.getValue(),
                    asked.get().file().toString(),
                    "check the model: its loss on these rows is not finite");
        }
        var source = new ImportanceScores.Source(
                name(asked.get()), digest(batches), batches.size(), selecting.seed(), selecting.round());
        return selecting.with(new ImportanceScores(source, ImportancePass.SCORE, values));
    }

    private static String name(Selecting.Importance asked) {
        return String.valueOf(asked.file().getFileName());
    }

    private static String digest(List<Batch> batches) {
        MessageDigest digest = Digests.sha256();
        var numbers = new ArrayList<int[]>();
        for (var batch : batches) numbers.addAll(List.of(batch.tokens(), batch.targets()));
        for (var values : numbers) {
            var bytes = ByteBuffer.allocate(Integer.BYTES * (values.length + 1)).putInt(values.length);
            for (int value : values) bytes.putInt(value);
            digest.update(bytes.array());
        }
        return Digests.brief(digest);
    }
}
