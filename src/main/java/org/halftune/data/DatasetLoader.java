package org.halftune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.problem.InputError;
import org.halftune.source.DataPart;

/** Reads, encodes and stores data sets in batches of rows, so that they may be larger than memory. */
final class DatasetLoader {
    private final List<DataPart> parts;
    private final ExampleEncoder encoder;
    private final Dataset.Loading loading;
    private final DatasetSummary.Counter count;
    private final IntSeries ends = new IntSeries(); // [kept rows] index of the example after the row's last
    private final ReadingProgress progress;

    DatasetLoader(List<DataPart> parts, ExampleEncoder encoder, Dataset.Loading loading) {
        this.parts = parts;
        this.encoder = encoder;
        this.loading = loading;
        this.count = new DatasetSummary.Counter(encoder.options().maxLength());
        this.progress = new ReadingProgress(System::nanoTime, loading.notice());
    }

    Dataset load() {
        int[] counts = new int[parts.size()];
        try (var tokens = TokenWriter.spillingInto(TokenWriter.folderNear(loading.near()));
                var workers = new RowEncoding(encoder, loading.threads())) {
            for (int i = 0; i < counts.length; i++) counts[i] = add(parts.get(i), tokens, workers);
            DatasetSummary summary = count.summary();
            checkAnyTokenIsTrainedOn(summary);
            var all = Dataset.of(tokens.finish(), ends.size() == tokens.size() ? null : ends.toArray(), summary);
            if (tokens.spilled()) loading.notice().accept(progress.stored(summary, all.bytes()));
            return mixed(all, counts);
        }
    }

    /** Returns the number of rows of this part that are kept. */
    private int add(DataPart part, TokenWriter tokens, RowEncoding workers) {
        int kept = 0;
        try (RowReader reader = RowReader.over(part.open())) {
            for (List<EncodedRow> rows = workers.next(reader); !rows.isEmpty(); rows = workers.next(reader)) {
                for (EncodedRow row : rows) {
                    for (List<Example> sequences : count.add(row)) {
                        sequences.forEach(tokens::add);
                        ends.add(tokens.size());
                        kept++;
                    }
                }
                progress.read(count.rows());
            }
        }
        boolean needed = part.weight().isPresent() || part.drawn().isPresent();
        if (needed && kept == 0) {
            throw new InputError(
                    "the data set has no row with a token to learn", part.name(), "add rows, or remove the data set");
        }
        return kept;
    }

    private Dataset mixed(Dataset all, int[] counts) {
        Optional<List<int[]>> chosen = Mixture.choose(parts, counts, loading.seed());
        if (chosen.isEmpty()) return all;
        var shares = new ArrayList<String>();
        for (int i = 0; i < counts.length; i++) {
            shares.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d from %s",
                    chosen.get().get(i).length,
                    counts[i],
                    parts.get(i).name()));
        }
        loading.notice().accept("rows per epoch: " + String.join(", ", shares));
        boolean interleaved = parts.stream()
                .anyMatch(part -> part.weight().isPresent() || part.memory().isPresent());
        return all.choose(interleaved ? Mixture.interleaved(chosen.get()) : Mixture.chained(chosen.get()));
    }

    private void checkAnyTokenIsTrainedOn(DatasetSummary summary) {
        if (summary.rows() > summary.dropped()) return;
        String where = parts.stream().map(DataPart::name).collect(Collectors.joining(", "));
        if (summary.rows() == 0)
            throw new InputError("the data has no rows", where, "use a file with at least one row");
        EncodingOptions options = encoder.options();
        String none = summary.rows() == 1
                ? "the only row has no token to learn"
                : String.format(Locale.ROOT, "none of the %,d rows has a token to learn", summary.rows());
        String truncation = summary.cutEmpty() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; in %,d of them max_length %d cuts off all tokens to learn",
                        summary.cutEmpty(),
                        options.maxLength());
        throw new InputError(none + truncation, where, fix(summary, options));
    }

    private static String fix(DatasetSummary summary, EncodingOptions options) {
        if (summary.cutEmpty() > 0) return "raise max_length, shorten the prompts, or set truncation_mode to keep_end";
        return options.assistantOnlyLoss()
                ? "with assistant_only_loss only assistant turns are trained on: check that the rows have some"
                : "check that some labels are not -100 and that rows have at least 2 tokens";
    }
}
