package org.halftune.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.halftune.chat.ChatTemplates;
import org.halftune.data.Dataset;
import org.halftune.data.DatasetDescription;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.ModelLimits;
import org.halftune.data.Tokenizer;
import org.halftune.hft.Freeze;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionFile;
import org.halftune.hft.Strategy;
import org.halftune.model.LlamaConfig;
import org.halftune.source.DataPart;
import org.halftune.train.TrainingArguments.When;

/** From arguments to what a run reads: which matrices learn, and which rows at which step. Allocates nothing on a device. */
public final class TrainingInputs {
    private TrainingInputs() {}

    /** Draws a selection, or reads the given one. */
    public static Selection selection(TrainingArguments.Selecting flags, LlamaConfig config) {
        if (flags.file().isPresent()) return SelectionFile.read(flags.file().get(), config);
        return switch (flags.method()) {
            case FFT -> Selection.full(config);
            case HFT ->
                Selection.draw(
                        config,
                        Strategy.of(Words.of(flags.strategy()), flags.ratio()),
                        new Freeze(flags.freezeEmbeddings(), flags.freezeLmHead(), flags.freezeFinalNorm()),
                        flags.seed(),
                        flags.round());
        };
    }

    /**
     * Reads and tokenizes the rows.
     *
     * @param notice hears what should be known of them, such as how many were cut
     */
    public static TrainingPlan plan(TrainingArguments arguments, LlamaConfig config, Consumer<String> notice) {
        var data = arguments.data();
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var options = new EncodingOptions(
                data.maxLength().kept(limits),
                data.truncation(),
                data.completionOnlyLoss().orElse(null),
                data.assistantOnlyLoss());
        try (var tokenizer = Tokenizer.openIfThere(arguments.model().path(), config.vocabSize())) {
            var encoder = new ExampleEncoder(
                    tokenizer,
                    ChatTemplates.open(
                            arguments.model().path(),
                            Optional.empty(),
                            tokenizer.special().bosText(),
                            tokenizer.special().eosText()),
                    options,
                    limits);
            var dataset = load(arguments, data.trainFiles(), encoder, notice);
            var evalRows = arguments.evaluating().strategy() == When.NO
                    ? Optional.<Rows>empty()
                    : data.evalFile()
                            .map(file -> rows(arguments, load(arguments, List.of(file), encoder, notice), limits));
            var description = DatasetDescription.of(dataset.summary(), encoder);
            return new TrainingPlan(arguments, rows(arguments, dataset, limits), evalRows, Optional.of(description));
        }
    }

    private static Dataset load(
            TrainingArguments arguments, List<Path> files, ExampleEncoder encoder, Consumer<String> notice) {
        int threads = arguments.running().threads().orElse(Runtime.getRuntime().availableProcessors());
        var loading = new Dataset.Loading(
                threads, arguments.running().seed(), arguments.saving().outputFolder(), notice);
        var dataset = Dataset.load(files.stream().map(DataPart::of).toList(), encoder, loading);
        dataset.summary().warnings().forEach(notice);
        return dataset;
    }

    private static Rows rows(TrainingArguments arguments, Dataset dataset, ModelLimits limits) {
        return new Rows(
                arguments.data().packing()
                        ? dataset.packed(arguments.data().maxLength().within(limits))
                        : dataset);
    }
}
