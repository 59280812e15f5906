package org.halftune.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.halftune.data.MaxLength;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;
import org.halftune.tensor.Rounding;
import org.halftune.train.TrainingArguments.Curve;
import org.halftune.train.TrainingArguments.Masters;
import org.halftune.train.TrainingArguments.Method;
import org.halftune.train.TrainingArguments.Resume;
import org.halftune.train.TrainingArguments.Sampling;
import org.halftune.train.TrainingArguments.SaveType;
import org.halftune.train.TrainingArguments.Strategy;
import org.halftune.train.TrainingArguments.When;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a training run before they are checked: one field a flag, with its default. Null is "not given". The fields
 * are public because this is a form to fill in; {@link #build} makes the immutable {@link TrainingArguments}.
 */
public final class TrainingArgumentsBuilder {
    public @Nullable Path modelNameOrPath;
    public boolean fromScratch = false;

    public List<Path> trainFiles = new ArrayList<>();
    public @Nullable Path evalFile;
    public MaxLength maxLength = MaxLength.DEFAULT;
    public boolean packing = false;
    public @Nullable Boolean completionOnlyLoss;
    public boolean assistantOnlyLoss = false;

    public Method method = Method.HFT;
    public Strategy hftStrategy = Strategy.CATEGORY;
    public double hftRatio = 0.5;
    public @Nullable Long hftSeed;
    public int hftRound = 0;
    public boolean freezeEmbeddings = false;
    public boolean freezeLmHead = false;
    public boolean freezeFinalNorm = false;
    public @Nullable Path selection;

    public double learningRate = 2e-5;
    public double weightDecay = 0;
    public double adamBeta1 = 0.9;
    public double adamBeta2 = 0.999;
    public double adamEpsilon = 1e-8;
    public double maxGradNorm = 1;
    public SaveType momentsDtype = SaveType.FLOAT32;
    public Masters masters = Masters.FLOAT32;
    /** Null: stochastically where there is something to round. */
    public @Nullable Rounding weightRounding;

    public Curve lrSchedulerType = Curve.LINEAR;
    public double warmupSteps = 0;
    public @Nullable Double minLr;
    public @Nullable Double minLrRate;
    public @Nullable Integer numDecaySteps;

    public int perDeviceTrainBatchSize = 8;
    public int perDeviceEvalBatchSize = 8;
    public int gradientAccumulationSteps = 1;
    public double numTrainEpochs = 3;
    /** As in transformers, -1 stands for "by epochs". */
    public int maxSteps = -1;

    public Sampling trainSamplingStrategy = Sampling.RANDOM;

    public When evalStrategy = When.NO;
    public @Nullable Integer evalSteps;

    public @Nullable Path outputDir;
    public boolean overwriteOutputDir = false;
    public When saveStrategy = When.STEPS;
    public int saveSteps = 500;
    public @Nullable Integer saveTotalLimit;
    public Resume resumeFromCheckpoint = new Resume.Afresh();
    public @Nullable SaveType saveDtype;
    /** Null: stochastically where there is something to round. */
    public @Nullable Rounding saveRounding;

    public long seed = 42;
    public @Nullable Integer threads;
    /** Null: as little as fits. */
    public @Nullable Recomputation recompute;

    /** TRL's word for {@link Recomputation#BLOCK}. */
    public boolean gradientCheckpointing = false;

    public int loggingSteps = 10;
    public boolean disableTqdm = false;

    /** Checks everything. Throws {@link InputError} with the flag's name. */
    public TrainingArguments build() {
        // First, because evaluation takes its interval from logging.
        var running =
                new TrainingArguments.Running(seed, optional(threads), recomputation(), loggingSteps, disableTqdm);
        return new TrainingArguments(
                new TrainingArguments.Model(
                        required(modelNameOrPath, "model_name_or_path", "name a model folder"), fromScratch),
                new TrainingArguments.Data(
                        trainFiles,
                        Optional.ofNullable(evalFile),
                        maxLength,
                        packing,
                        Optional.ofNullable(completionOnlyLoss),
                        assistantOnlyLoss),
                selecting(),
                optimizing(),
                new TrainingArguments.Scheduling(
                        lrSchedulerType, warmupSteps, optional(minLr), optional(minLrRate), optional(numDecaySteps)),
                batching(),
                new TrainingArguments.Evaluating(evalStrategy, evalSteps == null ? loggingSteps : evalSteps),
                new TrainingArguments.Saving(
                        required(outputDir, "output_dir", "name the folder for checkpoints and the trained model"),
                        overwriteOutputDir,
                        saveStrategy,
                        saveSteps,
                        optional(saveTotalLimit),
                        resumeFromCheckpoint,
                        Optional.ofNullable(saveDtype),
                        Optional.ofNullable(saveRounding)),
                running);
    }

    /** What is asked to be computed again; empty: as little as fits. */
    public Optional<Recomputation> recomputation() {
        if (!gradientCheckpointing) return Optional.ofNullable(recompute);
        if (recompute == null || recompute == Recomputation.BLOCK) return Optional.of(Recomputation.BLOCK);
        throw new InputError(
                "--gradient_checkpointing is --recompute block, and --recompute "
                        + recompute.name().toLowerCase(Locale.ROOT) + " is given",
                "",
                "leave one of them out");
    }

    /** The selection's part alone, checked, for those who only draw. */
    public TrainingArguments.Selecting selecting() {
        return new TrainingArguments.Selecting(
                method,
                hftStrategy,
                hftRatio,
                hftSeed == null ? seed : hftSeed,
                hftRound,
                freezeEmbeddings,
                freezeLmHead,
                freezeFinalNorm,
                Optional.ofNullable(selection));
    }

    /** The optimizer's part alone, checked. */
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

    /** The part of batches and steps alone, checked. */
    public TrainingArguments.Batching batching() {
        return new TrainingArguments.Batching(
                perDeviceTrainBatchSize,
                perDeviceEvalBatchSize,
                gradientAccumulationSteps,
                numTrainEpochs,
                maxSteps == -1 ? OptionalInt.empty() : OptionalInt.of(maxSteps),
                trainSamplingStrategy);
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
