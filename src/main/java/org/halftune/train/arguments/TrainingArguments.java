package org.halftune.train.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.halftune.data.MaxLength;
import org.halftune.data.Truncation;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;

/**
 * All arguments of a training run, with the names and defaults of TRL 1.13 and transformers 5. The arguments of half
 * fine-tuning are in {@link Selecting}. Create it with {@link TrainingArgumentsBuilder}.
 *
 * <p>Each record checks its ranges; an {@link InputError} names the flag. Files are not checked here.
 */
public record TrainingArguments(
        Model model,
        Data data,
        Selecting selecting,
        Optimizing optimizing,
        Scheduling scheduling,
        Batching batching,
        Evaluating evaluating,
        Saving saving,
        Running running) {

    public TrainingArguments {
        if (evaluating.strategy() != When.NO && !data.evaluates()) {
            throw new InputError(
                    "--eval_strategy " + EnumNames.of(evaluating.strategy()) + " without --eval_file",
                    "",
                    "give evaluation rows with --eval_file, hold some out with --val_size, or leave --eval_strategy out");
        }
        BestModelChecks.check(evaluating, saving);
        if (model.fromScratch() && saving.export() == Export.DELTA) {
            throw new InputError(
                    "--export delta with --from_scratch: random weights have no base to put a delta on",
                    "",
                    "leave --export out, or start from a model's weights");
        }
    }

    /** The same with another selection. */
    public TrainingArguments with(Selecting other) {
        return new TrainingArguments(model, data, other, optimizing, scheduling, batching, evaluating, saving, running);
    }

    /** The same without evaluations during training, for callers that evaluate models themselves. */
    public TrainingArguments withoutEvaluation() {
        return new TrainingArguments(
                model,
                data,
                selecting,
                optimizing,
                scheduling,
                batching,
                new Evaluating(When.NO, evaluating.steps()),
                saving,
                running);
    }

    /** The same, continued from the newest checkpoint in the output folder. */
    public TrainingArguments resumed() {
        var resumed = new Saving(
                saving.outputFolder,
                saving.overwrite,
                saving.strategy,
                saving.steps,
                saving.totalLimit,
                saving.onlyModel,
                new Resume.Newest(),
                saving.dtype,
                saving.rounding,
                saving.export);
        return new TrainingArguments(
                model, data, selecting, optimizing, scheduling, batching, evaluating, resumed, running);
    }

    /**
     * The model to train.
     *
     * @param path {@code --model_name_or_path}: a folder in Hugging Face format
     * @param fromScratch {@code --from_scratch}: random weights; only config and tokenizer are read from the folder
     * @param chatTemplate {@code --chat_template}: a file, or the name of one of the model's templates; empty: the model's
     *     default, or the plain template if it has none
     */
    public record Model(Path path, boolean fromScratch, Optional<String> chatTemplate) {}

    /**
     * The rows, and which tokens of a row are in the loss.
     *
     * @param trainFiles {@code --train_file}: files or folders
     * @param evalFiles {@code --eval_file}: files or folders
     * @param mixing data sets by name, and how all are mixed
     * @param maxLength {@code --max_length}: longer rows are shortened
     * @param truncation {@code --truncation_mode}: how they are shortened
     * @param packing {@code --packing}: pack rows into sequences of {@code maxLength}
     * @param completionOnlyLoss {@code --completion_only_loss}; empty: true for rows with a completion
     * @param assistantOnlyLoss {@code --assistant_only_loss}: only the assistant's turns are in the loss
     */
    public record Data(
            List<Path> trainFiles,
            List<Path> evalFiles,
            Mixing mixing,
            MaxLength maxLength,
            Truncation truncation,
            boolean packing,
            Optional<Boolean> completionOnlyLoss,
            boolean assistantOnlyLoss) {

        public Data {
            trainFiles = List.copyOf(trainFiles);
            evalFiles = List.copyOf(evalFiles);
            if (trainFiles.isEmpty() && mixing.datasets().isEmpty()) {
                throw new InputError(
                        "--train_file is missing", "", "name at least one file with training rows, such as rows.jsonl");
            }
            if (mixing.valSize() > 0
                    && !(evalFiles.isEmpty() && mixing.evalDatasets().isEmpty())) {
                throw new InputError(
                        "--val_size and " + (evalFiles.isEmpty() ? "--eval_dataset" : "--eval_file")
                                + " cannot be combined",
                        "",
                        "leave one of them out");
            }
        }

        /** One file of rows as the model learned from, read like the training rows but not packed. */
        public Data ofSource(Path file) {
            return ofSource(file, maxLength, truncation);
        }

        /** The same for a command without training rows. */
        public static Data ofSource(Path file, MaxLength maxLength, Truncation truncation) {
            var alone = new Mixing(
                    List.of(OptionalDouble.empty()), List.of(), List.of(), Path.of("data"), OptionalInt.empty(), 0);
            return new Data(List.of(file), List.of(), alone, maxLength, truncation, false, Optional.empty(), false);
        }

        /** The first of {@link #evalFiles}, for commands that take only one. */
        public Optional<Path> evalFile() {
            return evalFiles.stream().findFirst();
        }

        /** Whether there are evaluation rows. */
        public boolean evaluates() {
            return !evalFiles.isEmpty() || !mixing.evalDatasets().isEmpty() || mixing.valSize() > 0;
        }
    }

    /**
     * Data sets by name, and how data is mixed.
     *
     * @param weights of each {@code --train_file}, then each {@code --dataset}; all have a weight, or none has
     * @param datasets {@code --dataset}: names in {@code dataset_info.json}
     * @param evalDatasets {@code --eval_dataset}
     * @param datasetFolder {@code --dataset_dir}: the folder of {@code dataset_info.json}
     * @param maxSamples {@code --max_samples}: use only the first rows of each data set
     * @param valSize {@code --val_size}: rows to hold out for evaluation, a fraction below 1 or a number; 0: none
     */
    public record Mixing(
            List<OptionalDouble> weights,
            List<String> datasets,
            List<String> evalDatasets,
            Path datasetFolder,
            OptionalInt maxSamples,
            double valSize) {

        public Mixing {
            weights = List.copyOf(weights);
            datasets = List.copyOf(datasets);
            evalDatasets = List.copyOf(evalDatasets);
            maxSamples.ifPresent(rows -> Ranges.atLeast("max_samples", 1, rows));
            Ranges.atLeast("val_size", 0, valSize);
            if (valSize >= 1 && valSize != Math.rint(valSize)) {
                throw Ranges.refused("val_size", valSize, "give a fraction below 1, or a whole number of rows");
            }
        }
    }

    /** {@code --mix_strategy}: all rows of all data sets, or a mix by weight without repeated rows. */
    public enum MixStrategy {
        CONCAT,
        INTERLEAVE_UNDER
    }

    /**
     * AdamW and gradient clipping.
     *
     * @param maxGradNorm {@code --max_grad_norm}: clip the gradient norm to this value; 0: no clipping
     * @param moments {@code --moments_dtype}: FLOAT32, or BFLOAT16 on a device with bf16 weights
     * @param masters {@code --masters}: whether trained weights have fp32 master weights on such a device
     * @param weightRounding {@code --weight_rounding}: how its weights are rounded after each step; empty: stochastic, if
     *     weights are rounded at all
     */
    public record Optimizing(
            double learningRate,
            double weightDecay,
            double beta1,
            double beta2,
            double epsilon,
            double maxGradNorm,
            SaveType moments,
            Masters masters,
            Optional<Rounding> weightRounding) {

        public Optimizing {
            Ranges.atLeast("learning_rate", 0, learningRate);
            Ranges.atLeast("weight_decay", 0, weightDecay);
            Ranges.fraction("adam_beta1", beta1);
            Ranges.fraction("adam_beta2", beta2);
            Ranges.above("adam_epsilon", 0, epsilon);
            Ranges.atLeast("max_grad_norm", 0, maxGradNorm);
            if (moments == SaveType.FLOAT16) {
                throw new InputError(
                        "--moments_dtype float16 is not possible: moments would overflow",
                        "",
                        "choose float32 or bfloat16, which has the same range");
            }
        }

        /** @param seed of stochastic rounding */
        public AdamWConfig adamW(long seed) {
            var dtype = moments == SaveType.BFLOAT16 ? DType.BF16 : DType.F32;
            var precision = new AdamWConfig.Precision(dtype, masters == Masters.FLOAT32, weightRounding, seed);
            return new AdamWConfig(beta1, beta2, epsilon, weightDecay, maxGradNorm, precision);
        }
    }

    /** The dtype of the master weights. */
    public enum Masters {
        FLOAT32,
        NONE
    }

    /** {@code --lr_scheduler_type}: all schedules of transformers that depend only on the step. */
    public enum SchedulerType {
        LINEAR(),
        COSINE("num_cycles"),
        CONSTANT(),
        CONSTANT_WITH_WARMUP(),
        COSINE_WITH_MIN_LR("min_lr", "min_lr_rate", "num_cycles"),
        COSINE_WARMUP_WITH_MIN_LR("min_lr", "min_lr_rate", "num_cycles", "warmup_lr_rate"),
        COSINE_WITH_RESTARTS("num_cycles"),
        POLYNOMIAL("power", "lr_end"),
        INVERSE_SQRT("timescale"),
        WARMUP_STABLE_DECAY(
                "min_lr_rate", "num_decay_steps", "num_stable_steps", "num_cycles", "warmup_type", "decay_type");

        private final List<String> takes;

        SchedulerType(String... flags) {
            takes = List.of(flags);
        }

        /** The flags that this schedule takes. */
        List<String> takes() {
            return takes;
        }
    }

    /**
     * Batch sizes, number of steps and order of the rows.
     *
     * @param trainBatchSize {@code --per_device_train_batch_size}, rows per batch (packed sequences with packing)
     * @param accumulationSteps {@code --gradient_accumulation_steps}: batches per optimizer step
     * @param epochs {@code --num_train_epochs}; may be a fraction
     * @param maxSteps {@code --max_steps}: overrides the epochs if given
     * @param dataSeed {@code --data_seed}: seed of the order of rows; default: the run's {@code --seed}
     */
    public record Batching(
            int trainBatchSize,
            int evalBatchSize,
            int accumulationSteps,
            double epochs,
            OptionalInt maxSteps,
            RowOrder sampling,
            long dataSeed) {

        public Batching {
            Ranges.atLeast("per_device_train_batch_size", 1, trainBatchSize);
            Ranges.atLeast("per_device_eval_batch_size", 1, evalBatchSize);
            Ranges.atLeast("gradient_accumulation_steps", 1, accumulationSteps);
            Ranges.above("num_train_epochs", 0, epochs);
            maxSteps.ifPresent(steps -> Ranges.atLeast("max_steps", 1, steps));
        }
    }

    /** The order of rows: shuffled every epoch, or as in the files. */
    public enum RowOrder {
        RANDOM,
        SEQUENTIAL
    }

    /**
     * When the model is evaluated.
     *
     * @param steps {@code --eval_steps}, below 1 a fraction of all steps; default: {@code --logging_steps}
     * @param atStart {@code --eval_on_start}: also before the first step
     * @param delay {@code --eval_delay}: no evaluation before this step (or epoch, if the strategy is epoch)
     * @param bestModel best-model selection and early stopping
     */
    public record Evaluating(When strategy, double steps, boolean atStart, double delay, BestModelOptions bestModel) {
        public Evaluating {
            Intervals.check("eval_steps", steps);
            Ranges.atLeast("eval_delay", 0, delay);
        }

        /** Evaluations without best-model selection and early stopping. */
        public Evaluating(When strategy, double steps) {
            this(strategy, steps, false, 0, BestModelOptions.NONE);
        }
    }

    /** How often something happens during training. */
    public enum When {
        NO,
        STEPS,
        EPOCH
    }

    /**
     * Output folder, checkpoints and saved weights.
     *
     * @param outputFolder {@code --output_dir}
     * @param overwrite {@code --overwrite_output_dir}: allow an output folder that is not empty
     * @param steps {@code --save_steps}, below 1 a fraction of all steps
     * @param totalLimit {@code --save_total_limit}: older checkpoints are deleted
     * @param onlyModel {@code --save_only_model}: checkpoints without optimizer state, from which a run cannot resume
     * @param dtype {@code --save_dtype}: dtype of saved weights; empty: as in the base model's files
     * @param rounding {@code --save_rounding}: how trained weights are rounded to bfloat16; empty: stochastic
     * @param export {@code --export}: what is written when the run ends
     */
    public record Saving(
            Path outputFolder,
            boolean overwrite,
            When strategy,
            double steps,
            OptionalInt totalLimit,
            boolean onlyModel,
            Resume resume,
            Optional<SaveType> dtype,
            Optional<Rounding> rounding,
            Export export) {

        public Saving {
            Intervals.check("save_steps", steps);
            totalLimit.ifPresent(limit -> Ranges.atLeast("save_total_limit", 1, limit));
        }
    }

    /** The whole model, or a delta: only the tensors that the run trained, for {@code halftune apply}. */
    public enum Export {
        MODEL,
        DELTA
    }

    /** {@code --resume_from_checkpoint}: start a new run, or resume from the newest checkpoint or from a given one. */
    public sealed interface Resume {
        record Afresh() implements Resume {}

        record Newest() implements Resume {}

        record From(Path checkpoint) implements Resume {}
    }

    /**
     * Where metrics are written in addition to {@code metrics.jsonl}.
     *
     * @param tensorBoard {@code --report_to tensorboard}: event files
     * @param folder {@code --logging_dir}: their folder; empty: under {@code runs} in the output folder
     */
    public record Reporting(boolean tensorBoard, Optional<Path> folder) {}

    /** The dtypes a model can be saved in. */
    public enum SaveType {
        FLOAT32(DType.F32),
        FLOAT16(DType.F16),
        BFLOAT16(DType.BF16);

        private final DType dtype;

        SaveType(DType dtype) {
            this.dtype = dtype;
        }

        public DType dtype() {
            return dtype;
        }
    }

    /**
     * The run itself.
     *
     * @param seed {@code --seed}: order of rows, random weights
     * @param threads {@code --threads}; empty: all cores
     * @param recompute {@code --recompute}: what to recompute in the backward pass; empty: the least that fits
     * @param quiet {@code --disable_tqdm}: print lines instead of a progress bar
     * @param reporting where metrics are written in addition to {@code metrics.jsonl}
     */
    public record Running(
            long seed,
            OptionalInt threads,
            Optional<Recomputation> recompute,
            Logging logging,
            boolean quiet,
            Reporting reporting) {

        public Running {
            threads.ifPresent(count -> Ranges.atLeast("threads", 1, count));
        }
    }

    /**
     * When metrics are logged.
     *
     * @param strategy {@code --logging_strategy}
     * @param steps {@code --logging_steps}, below 1 a fraction of all steps
     * @param firstStep {@code --logging_first_step}: also after the first step
     */
    public record Logging(When strategy, double steps, boolean firstStep) {
        public Logging {
            Intervals.check("logging_steps", steps);
        }
    }
}
