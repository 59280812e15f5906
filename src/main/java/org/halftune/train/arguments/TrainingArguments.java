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
 * Everything a training run is told, in the words and with the defaults of TRL 1.13 and transformers 5, so that a recipe
 * carries over; what half fine-tuning adds stands in {@link Selecting}. Make one with {@link TrainingArgumentsBuilder}.
 *
 * <p>An instance is valid by itself: each record checks its ranges, and an {@link InputError} names the flag. Whether
 * files exist and fit each other is for those who open them.
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
                    "name the rows to evaluate on with --eval_file, hold some out with --val_size, or leave --eval_strategy out");
        }
        BestModelChecks.check(evaluating, saving);
    }

    /** The same without evaluations during training: for callers that score models their own way. */
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

    /**
     * Which model learns.
     *
     * @param path {@code --model_name_or_path}: a folder in Hugging Face form
     * @param fromScratch {@code --from_scratch}: weights are drawn at random; the folder gives config and tokenizer only
     * @param chatTemplate {@code --chat_template}: a file, or the name of one of the model's; empty: the model's own, else
     *     the plain one
     */
    public record Model(Path path, boolean fromScratch, Optional<String> chatTemplate) {}

    /**
     * Which rows it learns from, and what of a row counts.
     *
     * @param trainFiles {@code --train_file}, files or folders, one or several
     * @param evalFiles {@code --eval_file}, likewise
     * @param mixing how they make one data set, with others by name
     * @param maxLength {@code --max_length}: longer rows are cut
     * @param truncation {@code --truncation_mode}: what is kept of them
     * @param packing {@code --packing}: rows are joined into sequences of {@code maxLength}
     * @param completionOnlyLoss {@code --completion_only_loss}; empty: yes for rows that have a completion
     * @param assistantOnlyLoss {@code --assistant_only_loss}: in conversations only the assistant's turns count
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
                        "--train_file is missing", "", "name at least one file of rows, such as rows.jsonl");
            }
            if (mixing.valSize() > 0
                    && !(evalFiles.isEmpty() && mixing.evalDatasets().isEmpty())) {
                throw new InputError(
                        "--val_size and " + (evalFiles.isEmpty() ? "--eval_dataset" : "--eval_file")
                                + " both say what to evaluate on",
                        "",
                        "leave one of them out");
            }
        }

        /** The first of {@link #evalFiles}, where there can be only one. */
        public Optional<Path> evalFile() {
            return evalFiles.stream().findFirst();
        }

        /** Whether there are rows to evaluate on. */
        public boolean evaluates() {
            return !evalFiles.isEmpty() || !mixing.evalDatasets().isEmpty() || mixing.valSize() > 0;
        }
    }

    /**
     * How data sets are put together.
     *
     * @param weights of all {@code --train_file} and then all {@code --dataset}, in their order; all have one, or none
     * @param datasets {@code --dataset}: names in {@code dataset_info.json}
     * @param evalDatasets {@code --eval_dataset}
     * @param datasetFolder {@code --dataset_dir}: where {@code dataset_info.json} is
     * @param maxSamples {@code --max_samples}: only the first rows of each data set count
     * @param valSize {@code --val_size}: the share of training rows, or their number from 1, to evaluate on; 0: none
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
                throw Ranges.refused("val_size", valSize, "give a share below 1, or a whole number of rows");
            }
        }
    }

    /** {@code --mix_strategy}: all rows of all data sets, or as many of each as the weights say, no row twice. */
    public enum MixStrategy {
        CONCAT,
        INTERLEAVE_UNDER
    }

    /**
     * Which matrices learn in this round.
     *
     * @param method {@code --method}: half of the matrices, or all
     * @param strategy {@code --hft_strategy}: from what the half is drawn
     * @param ratio {@code --hft_ratio}: the share that learns, in (0, 1]
     * @param seed {@code --hft_seed}: with the round it fixes the draw; the run's {@code --seed} unless given
     * @param round {@code --hft_round}, from 0
     * @param file {@code --selection}: a {@code selection.json} that is used instead of a draw
     */
    public record Selecting(
            Method method,
            HftStrategy strategy,
            double ratio,
            long seed,
            int round,
            boolean freezeEmbeddings,
            boolean freezeLmHead,
            boolean freezeFinalNorm,
            Optional<Path> file) {

        public Selecting {
            Ranges.share("hft_ratio", ratio);
            Ranges.atLeast("hft_round", 0, round);
            if (method == Method.FFT && file.isPresent()) {
                throw new InputError(
                        "--method fft trains every matrix, but --selection names some",
                        "",
                        "leave --selection out, or use --method hft");
            }
        }
    }

    /** How much is trained: half (the paper's method) or everything. */
    public enum Method {
        HFT,
        FFT
    }

    /** From what the learning half is drawn: every category of every layer, whole layers, or the whole model. */
    public enum HftStrategy {
        CATEGORY,
        LAYER,
        MODEL
    }

    /**
     * AdamW and gradient clipping.
     *
     * @param maxGradNorm {@code --max_grad_norm}: gradients are scaled down to this norm; 0 never clips
     * @param moments {@code --moments_dtype}: FLOAT32, or BFLOAT16 on a device that stores weights in fewer bits
     * @param masters {@code --masters}: whether trained weights have fp32 masters on such a device
     * @param weightRounding {@code --weight_rounding}: how its weights are rounded at each step; empty: stochastically where
     *     there is something to round
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
                        "--moments_dtype float16 would overflow",
                        "",
                        "choose float32 or bfloat16, which has its range");
            }
        }

        /** @param seed of stochastic rounding */
        public AdamWConfig adamW(long seed) {
            var dtype = moments == SaveType.BFLOAT16 ? DType.BF16 : DType.F32;
            var precision = new AdamWConfig.Precision(dtype, masters == Masters.FLOAT32, weightRounding, seed);
            return new AdamWConfig(beta1, beta2, epsilon, weightDecay, maxGradNorm, precision);
        }
    }

    /** In what the exact trained weights are kept beside those that a device computes with. */
    public enum Masters {
        FLOAT32,
        NONE
    }

    /** The shapes of {@code --lr_scheduler_type}: all of transformers' that do not depend on what was learnt. */
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

        /** The flags that shape it. */
        List<String> takes() {
            return takes;
        }
    }

    /**
     * How many rows make a step, in which order, and when it ends.
     *
     * @param trainBatchSize {@code --per_device_train_batch_size}, rows (packed sequences with packing)
     * @param accumulationSteps {@code --gradient_accumulation_steps}: batches per optimizer step
     * @param epochs {@code --num_train_epochs}; may be a fraction
     * @param maxSteps {@code --max_steps}: if given, it overrules the epochs
     * @param dataSeed {@code --data_seed}: of the order of rows; the run's {@code --seed} unless given
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

    /** The order of rows: shuffled anew each epoch, or as in the files. */
    public enum RowOrder {
        RANDOM,
        SEQUENTIAL
    }

    /**
     * When the model is evaluated.
     *
     * @param steps {@code --eval_steps}, below 1 a share of all steps; {@code --logging_steps} unless given
     * @param atStart {@code --eval_on_start}: also before the first step
     * @param delay {@code --eval_delay}: not before so many steps (or epochs, where the strategy counts these)
     * @param bestModel what evaluations decide
     */
    public record Evaluating(When strategy, double steps, boolean atStart, double delay, BestModelOptions bestModel) {
        public Evaluating {
            Intervals.check("eval_steps", steps);
            Ranges.atLeast("eval_delay", 0, delay);
        }

        /** Evaluations that decide nothing. */
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
     * Where results go.
     *
     * @param outputFolder {@code --output_dir}
     * @param overwrite {@code --overwrite_output_dir}: an output folder with content is taken all the same
     * @param steps {@code --save_steps}, below 1 a share of all steps
     * @param totalLimit {@code --save_total_limit}: older checkpoints are deleted
     * @param onlyModel {@code --save_only_model}: checkpoints without optimizer state, which no run can be resumed from
     * @param dtype {@code --save_dtype}: element type of saved weights; empty: the source's
     * @param rounding {@code --save_rounding}: how trained weights are rounded to bfloat16; empty: stochastically
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
            Optional<Rounding> rounding) {

        public Saving {
            Intervals.check("save_steps", steps);
            totalLimit.ifPresent(limit -> Ranges.atLeast("save_total_limit", 1, limit));
        }
    }

    /** {@code --resume_from_checkpoint}: from nothing, from the newest checkpoint of the output folder, or from one. */
    public sealed interface Resume {
        record Afresh() implements Resume {}

        record Newest() implements Resume {}

        record From(Path checkpoint) implements Resume {}
    }

    /**
     * Where metrics go beside {@code metrics.jsonl}.
     *
     * @param tensorBoard {@code --report_to tensorboard}: event files
     * @param folder {@code --logging_dir}: their folder; empty: under {@code runs} in the output folder
     */
    public record Reporting(boolean tensorBoard, Optional<Path> folder) {}

    /** Element types a model can be saved in. */
    public enum SaveType {
        FLOAT32,
        FLOAT16,
        BFLOAT16
    }

    /**
     * The run itself.
     *
     * @param seed {@code --seed}: order of rows, random weights
     * @param threads {@code --threads}; empty: as many as the machine has
     * @param recompute {@code --recompute}: what the backward pass computes again to save memory; empty: no more than it has
     *     to, so that the run fits
     * @param quiet {@code --disable_tqdm}: plain lines instead of a progress bar
     * @param reporting where metrics go beside {@code metrics.jsonl}
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
     * When a row of metrics is written.
     *
     * @param strategy {@code --logging_strategy}
     * @param steps {@code --logging_steps}, below 1 a share of all steps
     * @param firstStep {@code --logging_first_step}: after the first step too
     */
    public record Logging(When strategy, double steps, boolean firstStep) {
        public Logging {
            Intervals.check("logging_steps", steps);
        }
    }
}
