package org.halftune.train.arguments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.halftune.data.MaxLength;
import org.halftune.data.Truncation;
import org.halftune.hft.Ratios;
import org.halftune.model.Recomputation;
import org.halftune.optim.Schedule;
import org.halftune.problem.InputError;
import org.halftune.source.WeightedPath;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.Export;
import org.halftune.train.arguments.TrainingArguments.Masters;
import org.halftune.train.arguments.TrainingArguments.MixStrategy;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.RowOrder;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a training run before they are checked: one public field per flag, with its default. Null means not given.
 * {@link #build} creates the immutable {@link TrainingArguments}.
 */
public final class TrainingArgumentsBuilder {
    private static final HftStrategy DEFAULT_STRATEGY = HftStrategy.CATEGORY;
    private static final int DEFAULT_ROUND = 0;
    private static final int DEFAULT_SAMPLES = 128;

    public @Nullable Path modelNameOrPath;
    public boolean fromScratch = false;
    public @Nullable String chatTemplate;

    public List<Path> trainFiles = new ArrayList<>();
    /** Weights of {@link #trainFiles}; empty: none. */
    public List<OptionalDouble> trainWeights = List.of();

    public List<Path> evalFiles = new ArrayList<>();
    public List<WeightedPath> datasets = List.of();
    public List<String> evalDatasets = List.of();
    /** Weights of all files, then of all data sets; empty: those given with the names. */
    public List<Double> interleaveProbs = List.of();

    public @Nullable MixStrategy mixStrategy;
    /** Null: {@code data}, as in LLaMA-Factory. */
    public @Nullable Path datasetDir;

    public @Nullable Integer maxSamples;
    public double valSize = 0;
    public MaxLength maxLength = MaxLength.DEFAULT;
    public Truncation truncationMode = Truncation.KEEP_START;
    public boolean packing = false;
    public @Nullable Boolean completionOnlyLoss;
    public boolean assistantOnlyLoss = false;

    public Method method = Method.HFT;
    /** This and the next three are null if not given, because giving them is an error with {@code --method fft}. */
    public @Nullable HftStrategy hftStrategy;

    public @Nullable Ratios hftRatio;
    /** Whether {@code --hft_ratio} names categories, even if with one number for all. */
    public boolean hftRatioByCategory = false;

    public @Nullable Long hftSeed;
    public @Nullable Integer hftRound;
    /** Null: one selection for the whole run. */
    public @Nullable Integer hftRotateSteps;

    public boolean freezeEmbeddings = false;
    public boolean freezeLmHead = false;
    public boolean freezeFinalNorm = false;
    public @Nullable Path selection;
    /** Patterns of {@code --train}; empty: not given. */
    public List<String> train = List.of();

    public @Nullable Path importanceFile;
    /** Null: 128. */
    public @Nullable Integer importanceSamples;

    public double learningRate = 2e-5;
    public double weightDecay = 0;
    public double adamBeta1 = 0.9;
    public double adamBeta2 = 0.999;
    public double adamEpsilon = 1e-8;
    public double maxGradNorm = 1;
    public SaveType momentsDtype = SaveType.FLOAT32;
    public Masters masters = Masters.FLOAT32;
    /** Null: stochastic, if weights are rounded at all. */
    public @Nullable Rounding weightRounding;

    public SchedulerType lrSchedulerType = SchedulerType.LINEAR;
    /** Below 1: a fraction of all steps. */
    public double warmupSteps = 0;

    public @Nullable Double warmupRatio;
    public @Nullable Double minLr;
    public @Nullable Double minLrRate;
    public @Nullable Integer numDecaySteps;
    public @Nullable Integer numStableSteps;
    public @Nullable Double numCycles;
    public @Nullable Double power;
    public @Nullable Double lrEnd;
    public @Nullable Integer timescale;
    public @Nullable Double warmupLrRate;
    public Schedule.@Nullable Ramp warmupType;
    public Schedule.@Nullable Ramp decayType;

    public int perDeviceTrainBatchSize = 8;
    public int perDeviceEvalBatchSize = 8;
    public int gradientAccumulationSteps = 1;
    public double numTrainEpochs = 3;
    /** -1: use {@link #numTrainEpochs}, as in transformers. */
    public int maxSteps = -1;

    public RowOrder trainSamplingStrategy = RowOrder.RANDOM;

    /** Null: STEPS if {@link #evalSteps} is given, otherwise EPOCH if there are evaluation rows. */
    public @Nullable When evalStrategy;

    /** 0: the logging interval, as in transformers. */
    public double evalSteps = 0;

    public boolean evalOnStart = false;
    public double evalDelay = 0;
    public boolean loadBestModelAtEnd = false;
    /** Null: not given. */
    public @Nullable String metricForBestModel;
    /** Null: false, since the only metric is a loss. */
    public @Nullable Boolean greaterIsBetter;

    public @Nullable Integer earlyStoppingPatience;
    public double earlyStoppingThreshold = 0;
    /** Words of {@code --report_to}. */
    public List<String> reportTo = List.of("none");

    public @Nullable Path loggingDir;
    public boolean saveOnlyModel = false;

    public @Nullable Path outputDir;
    public boolean overwriteOutputDir = false;
    public When saveStrategy = When.STEPS;
    public double saveSteps = 500;
    public @Nullable Integer saveTotalLimit;
    public Resume resumeFromCheckpoint = new Resume.Afresh();
    public @Nullable SaveType saveDtype;
    /** Null: stochastic, if weights are rounded at all. */
    public @Nullable Rounding saveRounding;

    public Export export = Export.MODEL;

    public long seed = 42;
    /** Null: {@link #seed}. */
    public @Nullable Long dataSeed;

    public @Nullable Integer threads;
    /** Null: the least that fits. */
    public @Nullable Recomputation recompute;

    /** TRL's name for {@link Recomputation#BLOCK}. */
    public boolean gradientCheckpointing = false;

    public When loggingStrategy = When.STEPS;
    public double loggingSteps = 10;
    public boolean loggingFirstStep = false;
    public boolean disableTqdm = false;

    /** Checks all flags. Throws {@link InputError} with the flag's name. */
    public TrainingArguments build() {
        // Checked first, because the evaluation interval defaults to the logging interval.
        var logging = new TrainingArguments.Logging(loggingStrategy, loggingSteps, loggingFirstStep);
        var running = new TrainingArguments.Running(
                seed, optional(threads), recomputation(), logging, disableTqdm, reporting());
        return new TrainingArguments(
                model(),
                data(),
                selecting(),
                optimizing(),
                scheduling(),
                batching(),
                evaluating(),
                new TrainingArguments.Saving(
                        required(outputDir, "output_dir", "name a folder for checkpoints and the trained model"),
                        overwriteOutputDir,
                        saveStrategy,
                        saveSteps,
                        optional(saveTotalLimit),
                        saveOnlyModel,
                        resumeFromCheckpoint,
                        Optional.ofNullable(saveDtype),
                        Optional.ofNullable(saveRounding),
                        export),
                running);
    }

    /** The model's arguments, checked. */
    public TrainingArguments.Model model() {
        return new TrainingArguments.Model(
                required(modelNameOrPath, "model_name_or_path", "name a model folder"),
                fromScratch,
                Optional.ofNullable(chatTemplate));
    }

    /** The data arguments, checked. */
    public TrainingArguments.Data data() {
        return new TrainingArguments.Data(
                trainFiles,
                evalFiles,
                mixing(),
                maxLength,
                truncationMode,
                packing,
                Optional.ofNullable(completionOnlyLoss),
                assistantOnlyLoss);
    }

    /** Whether there are evaluation rows. */
    private boolean evaluates() {
        return !evalFiles.isEmpty() || !evalDatasets.isEmpty() || valSize > 0;
    }

    /** Given flags that have no effect. */
    public Map<String, NoEffect> withoutEffect() {
        Map<String, NoEffect> flags = new LinkedHashMap<>();
        if (!evaluates() || evalStrategy == When.NO) {
            var why = evaluates()
                    ? new NoEffect("--eval_strategy is no", "use --eval_strategy steps")
                    : new NoEffect("there are no evaluation rows (--eval_file)", "add --eval_file");
            if (evalSteps > 0) flags.put("eval_steps", why);
            if (evalOnStart) flags.put("eval_on_start", why);
            if (evalDelay > 0) flags.put("eval_delay", why);
        }
        if (evalSteps > 0 && evaluates() && evalStrategy == When.EPOCH) {
            flags.put("eval_steps", new NoEffect("--eval_strategy is epoch", "use --eval_strategy steps"));
        }
        if (loggingDir != null && !reporting().tensorBoard()) {
            flags.put(
                    "logging_dir", new NoEffect("--report_to tensorboard is not given", "add --report_to tensorboard"));
        }
        if (earlyStoppingThreshold > 0 && earlyStoppingPatience == null) {
            flags.put(
                    "early_stopping_threshold",
                    new NoEffect("--early_stopping_patience is not given", "add --early_stopping_patience"));
        }
        boolean chooses = loadBestModelAtEnd || metricForBestModel != null || earlyStoppingPatience != null;
        if (greaterIsBetter != null && !chooses) {
            flags.put(
                    "greater_is_better",
                    new NoEffect(
                            "no best model is selected (--load_best_model_at_end)", "add --load_best_model_at_end"));
        }
        if (datasetDir != null && datasets.isEmpty() && evalDatasets.isEmpty()) {
            flags.put("dataset_dir", new NoEffect("--dataset and --eval_dataset are not given", "add --dataset"));
        }
        return flags;
    }

    private TrainingArguments.Evaluating evaluating() {
        var strategy = evalStrategy;
        if (strategy == null) strategy = !evaluates() ? When.NO : evalSteps == 0 ? When.EPOCH : When.STEPS;
        var bestModel = new BestModelOptions(
                loadBestModelAtEnd,
                metricForBestModel != null,
                metric(),
                optional(earlyStoppingPatience),
                earlyStoppingThreshold);
        double steps = evalSteps == 0 ? loggingSteps : evalSteps;
        return new TrainingArguments.Evaluating(strategy, steps, evalOnStart, evalDelay, bestModel);
    }

    /** Checks the metric, which can only be the evaluation loss; returns whether greater is better. */
    private boolean metric() {
        if (metricForBestModel != null && !List.of("loss", "eval_loss").contains(metricForBestModel)) {
            throw new InputError(
                    "--metric_for_best_model " + metricForBestModel + " is not available",
                    "",
                    "use eval_loss (or loss, which is the same)");
        }
        return greaterIsBetter != null && greaterIsBetter;
    }

    private TrainingArguments.Reporting reporting() {
        boolean tensorBoard = false;
        for (String word : reportTo) {
            switch (word.strip().toLowerCase(Locale.ROOT)) {
                case "tensorboard", "all" -> tensorBoard = true;
                case "none" -> {}
                default ->
                    throw new InputError(
                            "--report_to " + word + " is not possible",
                            "",
                            "choose from tensorboard (event files), all (the same as tensorboard), none;"
                                    + " metrics.jsonl and report.html are always written");
            }
        }
        return new TrainingArguments.Reporting(tensorBoard, Optional.ofNullable(loggingDir));
    }

    private TrainingArguments.Mixing mixing() {
        var weights = new MixtureWeights();
        for (int i = 0; i < trainFiles.size(); i++) {
            weights.add(
                    trainFiles.get(i).toString(),
                    i < trainWeights.size() ? trainWeights.get(i) : OptionalDouble.empty());
        }
        datasets.forEach(dataset -> weights.add(dataset.path(), dataset.weight()));
        return new TrainingArguments.Mixing(
                weights.with(Optional.ofNullable(mixStrategy), interleaveProbs),
                datasets.stream().map(WeightedPath::path).toList(),
                evalDatasets,
                datasetDir == null ? Path.of("data") : datasetDir,
                optional(maxSamples),
                valSize);
    }

    /** The given recomputation; empty: the least that fits. */
    public Optional<Recomputation> recomputation() {
        if (!gradientCheckpointing) return Optional.ofNullable(recompute);
        if (recompute == null || recompute == Recomputation.BLOCK) return Optional.of(Recomputation.BLOCK);
        throw new InputError(
                "--gradient_checkpointing means --recompute block, but --recompute "
                        + recompute.name().toLowerCase(Locale.ROOT) + " is given",
                "",
                "leave one of them out");
    }

    /** The selection's arguments, checked. */
    public Selecting selecting() {
        var strategy = hftStrategy == null ? DEFAULT_STRATEGY : hftStrategy;
        SelectionChecks.check(this, strategy);
        return new Selecting(
                method,
                strategy,
                hftRatio == null ? Ratios.all(Ratios.DEFAULT) : hftRatio,
                hftSeed == null ? seed : hftSeed,
                hftRound == null ? DEFAULT_ROUND : hftRound,
                freezeEmbeddings,
                freezeLmHead,
                freezeFinalNorm,
                Optional.ofNullable(selection),
                train,
                Optional.ofNullable(importanceFile)
                        .map(file -> new Selecting.Importance(
                                file,
                                importanceSamples == null ? DEFAULT_SAMPLES : importanceSamples,
                                Optional.empty())),
                optional(hftRotateSteps));
    }

    private Scheduling scheduling() {
        return new Scheduling(
                lrSchedulerType,
                warmup(),
                new CurveOptions(
                        optional(minLr),
                        optional(minLrRate),
                        optional(numCycles),
                        optional(power),
                        optional(lrEnd),
                        optional(timescale),
                        optional(warmupLrRate),
                        optional(numDecaySteps),
                        optional(numStableSteps),
                        Optional.ofNullable(warmupType),
                        Optional.ofNullable(decayType)));
    }

    private Warmup warmup() {
        Ranges.atLeast("warmup_steps", 0, warmupSteps);
        if (warmupRatio != null) {
            if (warmupSteps > 0) {
                throw new InputError(
                        "--warmup_ratio and --warmup_steps cannot be combined",
                        "",
                        "leave one of them out; transformers would use --warmup_steps");
            }
            if (!(warmupRatio >= 0 && warmupRatio <= 1)) {
                throw Ranges.refused("warmup_ratio", warmupRatio, "give a fraction from 0 to 1");
            }
            return new Warmup.Share(warmupRatio);
        }
        if (warmupSteps < 1) return new Warmup.Share(warmupSteps);
        if (warmupSteps != Math.rint(warmupSteps) || warmupSteps > Integer.MAX_VALUE) {
            throw Ranges.refused("warmup_steps", warmupSteps, "give a fraction below 1, or a whole number of steps");
        }
        return new Warmup.Steps((int) warmupSteps);
    }

    /** The optimizer's arguments, checked. */
    public TrainingArguments.Optimizing optimizing() {
        return new TrainingArguments.Optimizing(
                learningRate,
                weightDecay,
                adamBeta1,
                adamBeta2,
                adamEpsilon,
                maxGradNorm,
                momentsDtype,
                masters,
                Optional.ofNullable(weightRounding));
    }

    /** The arguments of batches and steps, checked. */
    public TrainingArguments.Batching batching() {
        return new TrainingArguments.Batching(
                perDeviceTrainBatchSize,
                perDeviceEvalBatchSize,
                gradientAccumulationSteps,
                numTrainEpochs,
                maxSteps == -1 ? OptionalInt.empty() : OptionalInt.of(maxSteps),
                trainSamplingStrategy,
                dataSeed == null ? seed : dataSeed);
    }

    private static Path required(@Nullable Path path, String flag, String fix) {
        if (path == null) throw new InputError("--" + flag + " is missing", "", fix);
        return path;
    }

    private static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
