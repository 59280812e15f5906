package org.halftune.train.input;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.ExportedTemplate;
import org.halftune.console.Amounts;
import org.halftune.data.DataSurvey;
import org.halftune.data.Dataset;
import org.halftune.data.DatasetDescription;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.FolderTemplate;
import org.halftune.data.ModelLimits;
import org.halftune.data.Preferences;
import org.halftune.data.Tokenizer;
import org.halftune.hft.Freeze;
import org.halftune.hft.ImportanceScores;
import org.halftune.hft.Rounds;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionFile;
import org.halftune.hft.Strategy;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.halftune.source.DataPart;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.When;

/** Creates the inputs of a run from its arguments: the selection, and the plan with its rows. Allocates nothing on a device. */
public final class TrainingInputs {
    private TrainingInputs() {}

    /**
     * Makes the selection, or reads the given file.
     *
     * @throws IllegalArgumentException if it depends on scores of source data that {@link Selecting#unscored} lacks
     */
    public static Selection selection(Selecting flags, LlamaConfig config) {
        if (flags.file().isPresent()) return SelectionFile.read(flags.file().get(), config);
        if (!flags.patterns().isEmpty()) return Selection.matching(config, flags.patterns(), "--train");
        if (flags.method() == Method.FFT) return Selection.full(config);
        var freeze = new Freeze(flags.freezeEmbeddings(), flags.freezeLmHead(), flags.freezeFinalNorm());
        if (flags.strategy() == HftStrategy.IMPORTANCE) {
            var scores = flags.importance()
                    .flatMap(Selecting.Importance::scores)
                    .orElseThrow(() -> new IllegalArgumentException("the source data has no scores yet"));
            return Selection.leastImportant(config, flags.ratios(), freeze, scores);
        }
        var strategy = Strategy.of(EnumNames.of(flags.strategy()), flags.ratios());
        return Selection.draw(config, strategy, freeze, flags.seed(), flags.round());
    }

    /**
     * The selections of a run: one, or with {@code --hft_rotate_steps} one for each round.
     *
     * @param first the selection of the first round
     * @param totalSteps of the run
     * @throws InputError if the run ends in the first round
     */
    public static Rounds rounds(Selecting flags, Selection first, LlamaConfig config, int totalSteps) {
        if (flags.rotateSteps().isEmpty()) return Rounds.single(first);
        if (flags.rotateSteps().getAsInt() >= totalSteps) {
            throw new InputError(
                    "--hft_rotate_steps " + flags.rotateSteps().getAsInt() + " has no effect: the run has "
                            + Amounts.counted(totalSteps, "step"),
                    "",
                    "leave it out, or rotate after fewer steps");
        }
        return Rounds.rotating(
                flags.rotateSteps().getAsInt(),
                totalSteps,
                round -> round == 0 ? first : selection(flags.withRound(flags.round() + round), config));
    }

    /** Reads and tokenizes the rows of supervised training. */
    public static TrainingPlan plan(
            TrainingArguments arguments, LlamaConfig config, LocalDateTime now, Consumer<String> notice) {
        return plan(arguments, List.of(), config, now, Preferences.REFUSED, notice);
    }

    /**
     * Reads and tokenizes the rows.
     *
     * @param before data sets that come before those of the arguments: which of their rows are drawn depends on their place in
     *     this list
     * @param now the time that {@code strftime_now} of a chat template returns
     * @param preferences what to do with preference pairs
     * @param notice receives notices about the rows, such as how many were shortened
     */
    public static TrainingPlan plan(
            TrainingArguments arguments,
            List<DataPart> before,
            LlamaConfig config,
            LocalDateTime now,
            Preferences preferences,
            Consumer<String> notice) {
        var data = arguments.data();
        var limits = limits(config);
        try (var tokenizer = Tokenizer.openIfThere(arguments.model().path(), config.vocabSize())) {
            var template = template(arguments.model(), tokenizer, now);
            var encoder = encoder(template, data, tokenizer, limits, preferences);
            var parts = new TrainingParts(data, preferences != Preferences.REFUSED, notice);
            var loading = new Dataset.Loading(
                    arguments.running().threads().orElse(Runtime.getRuntime().availableProcessors()),
                    arguments.running().seed(),
                    arguments.saving().outputFolder(),
                    notice);
            var all = new ArrayList<>(before);
            all.addAll(parts.training());
            var training = load(all, encoder, loading);
            var evaluated = Optional.<Dataset>empty();
            double valSize = data.mixing().valSize();
            if (valSize > 0) {
                var split = training.split(valSize, loading.seed());
                notice.accept(String.format(
                        Locale.ROOT,
                        "held out for evaluation: %,d of %,d rows",
                        split.heldOut().size(),
                        split.heldOut().size() + split.train().size()));
                training = split.train();
                evaluated = Optional.of(split.heldOut());
            } else if (data.evaluates() && arguments.evaluating().strategy() != When.NO) {
                evaluated = Optional.of(load(parts.evaluation(), encoder, loading));
            }
            var description = DatasetDescription.of(training, encoder);
            return new TrainingPlan(
                    arguments,
                    rows(training, data, limits, preferences),
                    evaluated
                            .filter(_ -> arguments.evaluating().strategy() != When.NO)
                            .map(rows -> rows(rows, data, limits, preferences)),
                    Optional.of(description),
                    templateFiles(
                            template, tokenizer, description, arguments.model().path()));
        }
    }

    /**
     * A random sample of the rows of source data; all if there are no more.
     *
     * @param data of one file, see {@link TrainingArguments.Data#ofSource}
     */
    public static Rows sample(
            TrainingArguments.Model model,
            TrainingArguments.Data data,
            int samples,
            long seed,
            LlamaConfig config,
            Consumer<String> notice) {
        var limits = limits(config);
        var now = LocalDateTime.now(ZoneId.systemDefault());
        try (var tokenizer = Tokenizer.openIfThere(model.path(), config.vocabSize())) {
            var encoder = encoder(template(model, tokenizer, now), data, tokenizer, limits, Preferences.REFUSED);
            var near = Path.of(System.getProperty("java.io.tmpdir"));
            int threads = Runtime.getRuntime().availableProcessors();
            var all = load(
                    new TrainingParts(data, false, notice).training(),
                    encoder,
                    new Dataset.Loading(threads, seed, near, notice));
            return new Rows(samples < all.size() ? all.split(samples, seed).heldOut() : all);
        }
    }

    /**
     * The selection of a plan, which reads no rows: where scores of source data are missing, all are equal, so that the lower
     * layers are selected. The number of trained parameters is that of the run, and activations are at most as many.
     */
    public static Selection planned(Selecting flags, LlamaConfig config) {
        return selection(
                flags.unscored()
                        .map(of -> flags.with(ImportanceScores.equal(
                                config, String.valueOf(of.file().getFileName()))))
                        .orElse(flags),
                config);
    }

    /**
     * Reads the rows of one data set as {@link #plan} does; they are not packed.
     *
     * @param now the time that {@code strftime_now} of a chat template returns
     */
    public static Rows rows(TrainingArguments arguments, DataPart part, LlamaConfig config, LocalDateTime now) {
        return new Rows(dataset(arguments, part, config, now, Preferences.REFUSED));
    }

    /** The same for preference pairs. */
    public static Rows pairs(TrainingArguments arguments, DataPart part, LlamaConfig config, LocalDateTime now) {
        return Rows.ofPairs(dataset(arguments, part, config, now, Preferences.REQUIRED));
    }

    private static Dataset dataset(
            TrainingArguments arguments,
            DataPart part,
            LlamaConfig config,
            LocalDateTime now,
            Preferences preferences) {
        var limits = limits(config);
        try (var tokenizer = Tokenizer.openIfThere(arguments.model().path(), config.vocabSize())) {
            var encoder = encoder(
                    template(arguments.model(), tokenizer, now), arguments.data(), tokenizer, limits, preferences);
            var loading = new Dataset.Loading(
                    arguments.running().threads().orElse(Runtime.getRuntime().availableProcessors()),
                    arguments.running().seed(),
                    arguments.saving().outputFolder(),
                    _ -> {});
            return Dataset.load(List.of(part), encoder, loading);
        }
    }

    /**
     * The chat template's files for the exported model. Empty without a tokenizer, and for a model without a template that was not
     * trained on conversations.
     */
    private static Map<String, String> templateFiles(
            ChatTemplate template, Tokenizer tokenizer, DatasetDescription data, Path modelFolder) {
        boolean used = data.summary().notes().conversations() > 0;
        boolean plain = !template.writesSpecialTokens();
        boolean carried = tokenizer.vocabSize() > 0 && (used || !plain);
        return carried ? ExportedTemplate.files(template, modelFolder) : Map.of();
    }

    /**
     * Reads rows as {@link #plan} does, for {@code halftune data}.
     *
     * @param model its tokenizer and chat template are read, not its weights
     * @param evaluated read the evaluation rows instead of the training rows
     * @param show the number of rows to keep with their tokens
     */
    public static DataSurvey survey(
            TrainingArguments.Model model,
            TrainingArguments.Data data,
            LlamaConfig config,
            boolean evaluated,
            int show,
            Consumer<String> notice) {
        var limits = limits(config);
        var parts = new TrainingParts(data, true, notice);
        try (var tokenizer = Tokenizer.openIfThere(model.path(), config.vocabSize())) {
            var template = template(model, tokenizer, LocalDateTime.now(ZoneId.systemDefault()));
            var encoder = encoder(template, data, tokenizer, limits, Preferences.ACCEPTED);
            int packed = data.packing() ? data.maxLength().within(limits) : 0;
            var sets = evaluated ? parts.evaluation() : parts.training();
            if (!evaluated) notApplied(sets, data).ifPresent(notice);
            int threads = Runtime.getRuntime().availableProcessors();
            return DataSurvey.of(sets, encoder, tokenizer, show, packed, threads);
        }
    }

    /** A survey reads all rows; names the flags that only choose among them. */
    private static Optional<String> notApplied(List<DataPart> parts, TrainingArguments.Data data) {
        var flags = new ArrayList<String>();
        if (data.mixing().valSize() > 0) flags.add("val_size");
        if (parts.stream().anyMatch(part -> part.weight().isPresent())) flags.add("weights");
        if (parts.stream().anyMatch(part -> part.drawn().isPresent())) flags.add("num_samples");
        return flags.isEmpty()
                ? Optional.empty()
                : Optional.of("all rows are counted; only training applies " + String.join(", ", flags));
    }

    private static ModelLimits limits(LlamaConfig config) {
        return new ModelLimits(config.vocabSize(), config.maxPositions());
    }

    private static ChatTemplate template(TrainingArguments.Model model, Tokenizer tokenizer, LocalDateTime now) {
        return FolderTemplate.open(model.path(), model.chatTemplate(), tokenizer, now);
    }

    private static ExampleEncoder encoder(
            ChatTemplate template,
            TrainingArguments.Data data,
            Tokenizer tokenizer,
            ModelLimits limits,
            Preferences preferences) {
        var options = new EncodingOptions(
                data.maxLength().kept(limits),
                data.truncation(),
                data.completionOnlyLoss().orElse(null),
                data.assistantOnlyLoss(),
                preferences);
        return new ExampleEncoder(tokenizer, template, options, limits);
    }

    private static Dataset load(List<DataPart> parts, ExampleEncoder encoder, Dataset.Loading loading) {
        var dataset = Dataset.load(parts, encoder, loading);
        dataset.summary().warnings().forEach(loading.notice());
        return dataset;
    }

    private static Rows rows(
            Dataset dataset, TrainingArguments.Data data, ModelLimits limits, Preferences preferences) {
        if (preferences == Preferences.REQUIRED) return Rows.ofPairs(dataset);
        return new Rows(data.packing() ? dataset.packed(data.maxLength().within(limits)) : dataset);
    }
}
