package org.halftune.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.halftune.data.MaxLength;
import org.halftune.data.Truncation;
import org.halftune.model.Recomputation;
import org.halftune.optim.Schedule;
import org.halftune.source.WeightedPath;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.TrainingArguments.Export;
import org.halftune.train.arguments.TrainingArguments.Masters;
import org.halftune.train.arguments.TrainingArguments.MixStrategy;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.RowOrder;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** The training flags, in the groups that {@code train} and {@code compare} show. Their defaults are the form's. */
final class TrainingFlags {
    private final TrainingArgumentsBuilder form;

    TrainingFlags(TrainingArgumentsBuilder form) {
        this.form = form;
    }

    Flag model() {
        return Flag.path(
                "model_name_or_path",
                "FOLDER",
                v -> form.modelNameOrPath = v,
                "Llama model folder in Hugging Face format: config.json, safetensors, tokenizer.json");
    }

    FlagGroup data() {
        return grouped(
                sources(),
                maxLength(),
                truncationMode(),
                packing(),
                completionOnlyLoss(),
                assistantOnlyLoss(),
                chatTemplate());
    }

    /** Of preference pairs. */
    FlagGroup pairs() {
        return grouped(sources(), maxLength(), truncationMode(), chatTemplate());
    }

    private static FlagGroup grouped(List<Flag> sources, Flag... more) {
        var all = new ArrayList<>(sources);
        all.addAll(List.of(more));
        return new FlagGroup("Data", List.copyOf(all));
    }

    /** Which rows are read. */
    private List<Flag> sources() {
        return List.of(
                trainFile(),
                evalFile(),
                Flag.texts(
                        "dataset",
                        "NAME[:WEIGHT]",
                        values -> form.datasets =
                                names(values).stream().map(WeightedPath::parse).toList(),
                        "training data by name in dataset_info.json; separate names by commas or spaces"),
                Flag.texts(
                        "eval_dataset",
                        "NAME",
                        values -> form.evalDatasets = names(values),
                        "evaluation data by name in dataset_info.json"),
                Flag.path(
                        "dataset_dir",
                        "FOLDER",
                        v -> form.datasetDir = v,
                        "folder that contains dataset_info.json, as in LLaMA-Factory [data]"),
                Flag.reals(
                        "interleave_probs",
                        v -> form.interleaveProbs = v,
                        "mixing weights: one for each --train_file, then one for each --dataset, as in LLaMA-Factory"),
                Flag.word(
                        "mix_strategy",
                        MixStrategy.class,
                        null,
                        v -> form.mixStrategy = v,
                        "use all rows, or mix by weight without repeating a row [interleave_under if there are weights]"),
                Flag.integer(
                        "max_samples", null, v -> form.maxSamples = v, "use only the first N rows of each data set"),
                Flag.real(
                        "val_size",
                        null,
                        v -> form.valSize = v,
                        "hold out training rows for evaluation: a fraction below 1, or a number of rows"));
    }

    Flag truncationMode() {
        return Flag.word(
                "truncation_mode",
                Truncation.class,
                form.truncationMode,
                v -> form.truncationMode = v,
                "how to shorten a row longer than --max_length; split turns it into several rows");
    }

    Flag packing() {
        return Flag.toggle("packing", v -> form.packing = v, "pack short rows into sequences of --max_length tokens");
    }

    Flag completionOnlyLoss() {
        return Flag.toggle(
                "completion_only_loss",
                v -> form.completionOnlyLoss = v,
                "compute the loss on completions only [true for rows with a completion]");
    }

    Flag assistantOnlyLoss() {
        return Flag.toggle(
                "assistant_only_loss",
                v -> form.assistantOnlyLoss = v,
                "compute the loss on the assistant's turns only");
    }

    Flag chatTemplate() {
        return Flag.text(
                "chat_template",
                "FILE|NAME",
                "",
                v -> form.chatTemplate = HomeFolder.expanded(v),
                "a Jinja file, or the name of one of the model's templates [the model's default]");
    }

    Flag trainFile() {
        return Flag.texts(
                "train_file",
                "FILE[:WEIGHT]",
                this::trainFiles,
                "training rows: JSON, JSONL, text, CSV or Parquet, also compressed, or folders; weights mix them");
    }

    Flag evalFile() {
        return Flag.paths("eval_file", "FILE", v -> form.evalFiles = new ArrayList<>(v), "evaluation rows");
    }

    private void trainFiles(List<String> values) {
        var parsed = values.stream().map(WeightedPath::parse).toList();
        form.trainFiles = new ArrayList<>(parsed.stream()
                .map(file -> Flag.pathOf("train_file", file.path()))
                .toList());
        form.trainWeights = parsed.stream().map(WeightedPath::weight).toList();
    }

    /** Splits at commas; spaces separate values already. */
    private static List<String> names(List<String> values) {
        return values.stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    Flag maxLength() {
        return Flag.text(
                "max_length",
                "N|null",
                "",
                v -> form.maxLength = maxLength(v),
                "longest row in tokens; longer ones are shortened; null: never. The default is at most the model's context length ["
                        + form.maxLength.tokens() + "]");
    }

    private static MaxLength maxLength(String value) {
        if (value.equals("null") || value.equalsIgnoreCase("none")) return MaxLength.ALL;
        return MaxLength.asked(Flag.wholeOf("max_length", value));
    }

    FlagGroup batching() {
        return FlagGroup.of(
                "Steps",
                trainBatchSize(),
                accumulationSteps(),
                Flag.real(
                        "num_train_epochs",
                        form.numTrainEpochs,
                        v -> form.numTrainEpochs = v,
                        "passes over the training rows"),
                maxSteps(),
                Flag.word(
                        "train_sampling_strategy",
                        RowOrder.class,
                        form.trainSamplingStrategy,
                        v -> form.trainSamplingStrategy = v,
                        "order of the training rows"),
                gradientCheckpointing(),
                recompute());
    }

    Flag trainBatchSize() {
        return Flag.integer(
                "per_device_train_batch_size",
                form.perDeviceTrainBatchSize,
                v -> form.perDeviceTrainBatchSize = v,
                "rows per batch");
    }

    Flag accumulationSteps() {
        return Flag.integer(
                "gradient_accumulation_steps",
                form.gradientAccumulationSteps,
                v -> form.gradientAccumulationSteps = v,
                "batches per step");
    }

    Flag gradientCheckpointing() {
        return Flag.toggle(
                "gradient_checkpointing",
                v -> form.gradientCheckpointing = v,
                "recompute activations in the backward pass: less memory, more time. The same as --recompute block");
    }

    Flag recompute() {
        return Flag.word(
                "recompute",
                Recomputation.class,
                null,
                v -> form.recompute = v,
                "what to recompute in the backward pass: nothing, norms and SwiGLU, or whole blocks [the least that fits; on the CPU at least norms and SwiGLU]");
    }

    Flag maxSteps() {
        return Flag.integer(
                "max_steps",
                form.maxSteps,
                v -> form.maxSteps = v,
                "total number of steps; -1: use --num_train_epochs");
    }

    FlagGroup optimizing() {
        return optimizing(
                Flag.real("learning_rate", form.learningRate, v -> form.learningRate = v, "peak learning rate"));
    }

    FlagGroup optimizing(Flag learningRate) {
        return FlagGroup.of(
                "Optimizer (AdamW) and schedule",
                learningRate,
                Flag.word(
                        "lr_scheduler_type",
                        SchedulerType.class,
                        form.lrSchedulerType,
                        v -> form.lrSchedulerType = v,
                        "learning rate schedule"),
                Flag.real(
                        "warmup_steps",
                        form.warmupSteps,
                        v -> form.warmupSteps = v,
                        "warmup steps; below 1: a fraction of all steps"),
                Flag.real(
                        "warmup_ratio",
                        null,
                        v -> form.warmupRatio = v,
                        "warmup as a fraction of all steps; the older name"),
                Flag.real("min_lr", null, v -> form.minLr = v, "final learning rate of the schedules with min_lr"),
                Flag.real("min_lr_rate", null, v -> form.minLrRate = v, "the same as a fraction of the peak")
                        .alias("min_lr_ratio"),
                Flag.real("num_cycles", null, v -> form.numCycles = v, "number of cosine waves [0.5; with restarts 1]"),
                Flag.real("power", null, v -> form.power = v, "exponent of polynomial [1]"),
                Flag.real("lr_end", null, v -> form.lrEnd = v, "final learning rate of polynomial [1e-7]"),
                Flag.integer(
                        "timescale",
                        null,
                        v -> form.timescale = v,
                        "timescale of inverse_sqrt in steps [--warmup_steps, or 10000]"),
                Flag.real(
                        "warmup_lr_rate",
                        null,
                        v -> form.warmupLrRate = v,
                        "first learning rate of cosine_warmup_with_min_lr as a fraction of the peak [1 / warmup steps]"),
                Flag.integer(
                        "num_decay_steps",
                        null,
                        v -> form.numDecaySteps = v,
                        "decay steps of warmup_stable_decay, the last of the run"),
                Flag.integer(
                        "num_stable_steps",
                        null,
                        v -> form.numStableSteps = v,
                        "its steps at the peak [all that are neither warmup nor decay]"),
                ramp("warmup_type", v -> form.warmupType = v, "its warmup curve [linear]"),
                ramp("decay_type", v -> form.decayType = v, "its decay curve [cosine]"),
                Flag.real(
                        "weight_decay",
                        form.weightDecay,
                        v -> form.weightDecay = v,
                        "weight decay of matrices; norms have none"),
                Flag.real("adam_beta1", form.adamBeta1, v -> form.adamBeta1 = v, "decay rate of AdamW's first moment"),
                Flag.real("adam_beta2", form.adamBeta2, v -> form.adamBeta2 = v, "decay rate of AdamW's second moment"),
                Flag.real("adam_epsilon", form.adamEpsilon, v -> form.adamEpsilon = v, "AdamW's epsilon"),
                Flag.real(
                        "max_grad_norm",
                        form.maxGradNorm,
                        v -> form.maxGradNorm = v,
                        "clip the gradient norm to this value; 0: no clipping"),
                momentsDtype(),
                masters(),
                weightRounding());
    }

    /** Not a {@link Flag#word}: {@code 1-sqrt} is not a Java name. */
    private static Flag ramp(String name, Consumer<Schedule.Ramp> setter, String meaning) {
        return Flag.text(
                name,
                "linear|cosine|1-sqrt",
                "",
                value -> setter.accept(
                        switch (value) {
                            case "linear" -> Schedule.Ramp.LINEAR;
                            case "cosine" -> Schedule.Ramp.COSINE;
                            case "1-sqrt" -> Schedule.Ramp.ONE_MINUS_SQRT;
                            default -> throw Flag.refused(name, value, "choose from linear, cosine, 1-sqrt");
                        }),
                meaning);
    }

    Flag momentsDtype() {
        return Flag.word(
                "moments_dtype",
                SaveType.class,
                form.momentsDtype,
                v -> form.momentsDtype = v,
                "dtype of AdamW's moments on a GPU");
    }

    Flag masters() {
        return Flag.word(
                "masters",
                Masters.class,
                form.masters,
                v -> form.masters = v,
                "dtype of the master weights on a GPU; none saves 4 bytes per trained parameter");
    }

    Flag weightRounding() {
        return Flag.word(
                "weight_rounding",
                Rounding.class,
                null,
                v -> form.weightRounding = v,
                "how weights are rounded to bfloat16 after each step on a GPU; nearest loses small updates [stochastic]");
    }

    FlagGroup evaluating() {
        return FlagGroup.of(
                "Logging and evaluation",
                Flag.word(
                        "logging_strategy",
                        When.class,
                        form.loggingStrategy,
                        v -> form.loggingStrategy = v,
                        "when to log metrics"),
                Flag.real(
                        "logging_steps",
                        form.loggingSteps,
                        v -> form.loggingSteps = v,
                        "logging interval in steps; below 1: a fraction of all steps"),
                Flag.toggle("logging_first_step", v -> form.loggingFirstStep = v, "also log after the first step"),
                Flag.word(
                        "eval_strategy",
                        When.class,
                        null,
                        v -> form.evalStrategy = v,
                        "when to evaluate; steps and epoch also evaluate at the end [epoch if there are evaluation rows]"),
                Flag.real(
                        "eval_steps",
                        null,
                        v -> form.evalSteps = v,
                        "evaluation interval in steps; below 1: a fraction of all steps [--logging_steps]"),
                Flag.toggle("eval_on_start", v -> form.evalOnStart = v, "also evaluate before the first step"),
                Flag.real(
                        "eval_delay",
                        form.evalDelay,
                        v -> form.evalDelay = v,
                        "do not evaluate before this step, or before this epoch with --eval_strategy epoch"),
                evalBatchSize(),
                disableTqdm(),
                Flag.texts(
                        "report_to",
                        "tensorboard|all|none",
                        values -> form.reportTo = values.stream()
                                .flatMap(value -> Stream.of(value.split(",", -1)))
                                .toList(),
                        "write metrics also to these; metrics.jsonl and report.html are always written [none]"),
                Flag.path(
                        "logging_dir",
                        "FOLDER",
                        v -> form.loggingDir = v,
                        "folder of the TensorBoard event files [runs/NAME in --output_dir]"));
    }

    FlagGroup bestModel() {
        return FlagGroup.of(
                "Best model and early stopping",
                Flag.toggle(
                        "load_best_model_at_end",
                        v -> form.loadBestModelAtEnd = v,
                        "export the checkpoint with the best evaluation instead of the last weights; needs the same --save_strategy and --eval_strategy"),
                Flag.text(
                        "metric_for_best_model",
                        "eval_loss",
                        "",
                        v -> form.metricForBestModel = v,
                        "metric that decides; only the evaluation loss exists"),
                Flag.toggle("greater_is_better", v -> form.greaterIsBetter = v, "a higher metric is better [false]"),
                Flag.integer(
                                "early_stopping_patience",
                                null,
                                v -> form.earlyStoppingPatience = v,
                                "stop after this many evaluations in a row without improvement")
                        .alias("early_stopping_steps"),
                Flag.real(
                        "early_stopping_threshold",
                        form.earlyStoppingThreshold,
                        v -> form.earlyStoppingThreshold = v,
                        "smallest improvement that resets the patience"));
    }

    Flag evalBatchSize() {
        return Flag.integer(
                "per_device_eval_batch_size",
                form.perDeviceEvalBatchSize,
                v -> form.perDeviceEvalBatchSize = v,
                "rows per evaluation batch");
    }

    Flag disableTqdm() {
        return Flag.toggle("disable_tqdm", v -> form.disableTqdm = v, "print lines instead of a progress bar");
    }

    FlagGroup saving() {
        return FlagGroup.of(
                "Results",
                outputDir("folder for checkpoints, metrics and the trained model"),
                Flag.toggle(
                        "overwrite_output_dir",
                        v -> form.overwriteOutputDir = v,
                        "allow a folder that is not empty; its checkpoints and model are replaced"),
                Flag.word(
                        "save_strategy",
                        When.class,
                        form.saveStrategy,
                        v -> form.saveStrategy = v,
                        "when to write checkpoints"),
                Flag.real(
                        "save_steps",
                        form.saveSteps,
                        v -> form.saveSteps = v,
                        "checkpoint interval in steps; below 1: a fraction of all steps"),
                Flag.integer(
                        "save_total_limit",
                        null,
                        v -> form.saveTotalLimit = v,
                        "number of checkpoints to keep; older ones are deleted"),
                Flag.toggle(
                        "save_only_model",
                        v -> form.saveOnlyModel = v,
                        "write checkpoints without optimizer state: smaller, but a run cannot resume from them"),
                Flag.text(
                        "resume_from_checkpoint",
                        "true|FOLDER",
                        "",
                        value -> form.resumeFromCheckpoint = resume(value),
                        "resume from the newest checkpoint of --output_dir, or from this folder"),
                saveDtype(),
                saveRounding(),
                Flag.word(
                        "export",
                        Export.class,
                        form.export,
                        v -> form.export = v,
                        "what to write at the end: the model, or a delta, which has only the trained matrices and is put on"
                                + " the base by halftune apply"));
    }

    Flag saveDtype() {
        return Flag.word(
                "save_dtype",
                SaveType.class,
                null,
                v -> form.saveDtype = v,
                "dtype of saved weights [as in the base model's files]");
    }

    Flag saveRounding() {
        return Flag.word(
                "save_rounding",
                Rounding.class,
                null,
                v -> form.saveRounding = v,
                "how trained weights are rounded to bfloat16 when saved; nearest can lose small updates [stochastic]");
    }

    Flag outputDir(String meaning) {
        return Flag.path("output_dir", "FOLDER", v -> form.outputDir = v, meaning);
    }

    FlagGroup machine(MachineFlags machine) {
        return FlagGroup.of("Machine", seed(), dataSeed(), machine.device(), machine.dtype(), threads());
    }

    Flag seed() {
        return Flag.longInteger(
                "seed",
                form.seed,
                v -> form.seed = v,
                "random seed: order of rows, selection, weights of --from_scratch");
    }

    private Flag dataSeed() {
        return Flag.longInteger("data_seed", null, v -> form.dataSeed = v, "seed of the order of rows [--seed]");
    }

    Flag threads() {
        return MachineFlags.threads(v -> form.threads = v);
    }

    private static Resume resume(String value) {
        return switch (value) {
            case "true", "True", "yes", "on" -> new Resume.Newest();
            case "false", "False", "no", "off" -> new Resume.Afresh();
            default -> new Resume.From(Flag.pathOf("resume_from_checkpoint", value));
        };
    }
}
