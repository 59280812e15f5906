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
import org.halftune.train.arguments.TrainingArguments.HftStrategy;
import org.halftune.train.arguments.TrainingArguments.Masters;
import org.halftune.train.arguments.TrainingArguments.Method;
import org.halftune.train.arguments.TrainingArguments.MixStrategy;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.RowOrder;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** The flags of training, group by group, as {@code train} and {@code compare} show them. Defaults are the form's. */
final class TrainingFlags {
    private final TrainingArgumentsBuilder form;

    TrainingFlags(TrainingArgumentsBuilder form) {
        this.form = form;
    }

    FlagGroup selecting() {
        return FlagGroup.of(
                "Half fine-tuning",
                Flag.word("method", Method.class, form.method, v -> form.method = v, "half of the matrices, or all"),
                strategy(),
                ratio(),
                drawSeed(),
                round(),
                freezeEmbeddings(),
                freezeLmHead(),
                freezeFinalNorm(),
                selectionFile());
    }

    Flag drawSeed() {
        return Flag.longInteger("hft_seed", null, v -> form.hftSeed = v, "seed of the draw [--seed]");
    }

    Flag selectionFile() {
        return Flag.path("selection", "FILE", v -> form.selection = v, "a selection.json to use instead of a draw");
    }

    // Defaults in words: given, a value can be refused that is right as a default, such as these three where nothing is
    // drawn. A recipe of all flags must not hold it.
    Flag strategy() {
        return Flag.word(
                "hft_strategy",
                HftStrategy.class,
                null,
                v -> form.hftStrategy = v,
                "draw from each category of each layer, from whole layers, or from the model [category]");
    }

    Flag ratio() {
        return Flag.real("hft_ratio", null, v -> form.hftRatio = v, "share that learns, above 0, up to 1 [0.5]");
    }

    Flag round() {
        return Flag.integer("hft_round", null, v -> form.hftRound = v, "a new round draws a new half [0]");
    }

    Flag freezeEmbeddings() {
        return Flag.toggle("freeze_embeddings", v -> form.freezeEmbeddings = v, "the embeddings do not learn");
    }

    Flag freezeLmHead() {
        return Flag.toggle("freeze_lm_head", v -> form.freezeLmHead = v, "the output head does not learn");
    }

    Flag freezeFinalNorm() {
        return Flag.toggle("freeze_final_norm", v -> form.freezeFinalNorm = v, "the last norm does not learn");
    }

    FlagGroup data() {
        return FlagGroup.of(
                "Data",
                trainFile(),
                evalFile(),
                Flag.texts(
                        "dataset",
                        "NAME[:WEIGHT]",
                        values -> form.datasets =
                                names(values).stream().map(WeightedPath::parse).toList(),
                        "data sets to learn, by their names in dataset_info.json, with commas or spaces between them"),
                Flag.texts(
                        "eval_dataset",
                        "NAME",
                        values -> form.evalDatasets = names(values),
                        "data sets to evaluate on, likewise"),
                Flag.path(
                        "dataset_dir",
                        "FOLDER",
                        v -> form.datasetDir = v,
                        "the folder of dataset_info.json, as LLaMA-Factory has it [data]"),
                Flag.reals(
                        "interleave_probs",
                        v -> form.interleaveProbs = v,
                        "the weights of all --train_file and then all --dataset, as LLaMA-Factory writes them"),
                Flag.word(
                        "mix_strategy",
                        MixStrategy.class,
                        null,
                        v -> form.mixStrategy = v,
                        "all rows, or as the weights say without a row twice [interleave_under where there are weights]"),
                Flag.integer("max_samples", null, v -> form.maxSamples = v, "only the first N rows of each data set"),
                Flag.real(
                        "val_size",
                        null,
                        v -> form.valSize = v,
                        "the share of training rows, or their number, to hold out and evaluate on"),
                maxLength(),
                truncationMode(),
                packing(),
                completionOnlyLoss(),
                assistantOnlyLoss(),
                chatTemplate());
    }

    Flag truncationMode() {
        return Flag.word(
                "truncation_mode",
                Truncation.class,
                form.truncationMode,
                v -> form.truncationMode = v,
                "what becomes of a row longer than --max_length; split makes several rows of it");
    }

    Flag packing() {
        return Flag.toggle("packing", v -> form.packing = v, "join short rows into sequences of --max_length");
    }

    Flag completionOnlyLoss() {
        return Flag.toggle(
                "completion_only_loss",
                v -> form.completionOnlyLoss = v,
                "only completions count in the loss [true for rows with a completion]");
    }

    Flag assistantOnlyLoss() {
        return Flag.toggle(
                "assistant_only_loss", v -> form.assistantOnlyLoss = v, "only the assistant's turns count in the loss");
    }

    Flag chatTemplate() {
        return Flag.text(
                "chat_template",
                "FILE|NAME",
                "",
                v -> form.chatTemplate = HomeFolder.expanded(v),
                "how conversations become text: a Jinja file, or one of the model's named templates [the model's own]");
    }

    Flag trainFile() {
        return Flag.texts(
                "train_file",
                "FILE[:WEIGHT]",
                this::trainFiles,
                "rows to learn: JSON, JSONL, text, CSV, Parquet, also compressed, or folders of them; with weights they are mixed");
    }

    Flag evalFile() {
        return Flag.paths("eval_file", "FILE", v -> form.evalFiles = new ArrayList<>(v), "rows to evaluate on");
    }

    private void trainFiles(List<String> values) {
        var parsed = values.stream().map(WeightedPath::parse).toList();
        form.trainFiles = new ArrayList<>(parsed.stream()
                .map(file -> Flag.pathOf("train_file", file.path()))
                .toList());
        form.trainWeights = parsed.stream().map(WeightedPath::weight).toList();
    }

    /** Names with commas or spaces between them. */
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
                "longer rows are cut, in tokens; by default never above the model's positions; null keeps rows whole ["
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
                        "num_train_epochs", form.numTrainEpochs, v -> form.numTrainEpochs = v, "passes over the rows"),
                maxSteps(),
                Flag.word(
                        "train_sampling_strategy",
                        RowOrder.class,
                        form.trainSamplingStrategy,
                        v -> form.trainSamplingStrategy = v,
                        "order of the rows"),
                gradientCheckpointing(),
                recompute());
    }

    Flag trainBatchSize() {
        return Flag.integer(
                "per_device_train_batch_size",
                form.perDeviceTrainBatchSize,
                v -> form.perDeviceTrainBatchSize = v,
                "rows in a batch");
    }

    Flag accumulationSteps() {
        return Flag.integer(
                "gradient_accumulation_steps",
                form.gradientAccumulationSteps,
                v -> form.gradientAccumulationSteps = v,
                "batches in a step");
    }

    Flag gradientCheckpointing() {
        return Flag.toggle(
                "gradient_checkpointing",
                v -> form.gradientCheckpointing = v,
                "compute activations again instead of keeping them: less memory, more time");
    }

    Flag recompute() {
        return Flag.word(
                "recompute",
                Recomputation.class,
                null,
                v -> form.recompute = v,
                "what the backward pass computes again: nothing, norms and SwiGLU, whole blocks [as little as fits; on the CPU never less than norms and SwiGLU]");
    }

    Flag maxSteps() {
        return Flag.integer("max_steps", form.maxSteps, v -> form.maxSteps = v, "steps in all; -1: by epochs");
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
                        "its curve"),
                Flag.real(
                        "warmup_steps",
                        form.warmupSteps,
                        v -> form.warmupSteps = v,
                        "steps of warm-up; below 1 a share of all steps"),
                Flag.real("warmup_ratio", null, v -> form.warmupRatio = v, "the share alone, as older recipes name it"),
                Flag.real("min_lr", null, v -> form.minLr = v, "where a curve with min_lr ends"),
                Flag.real("min_lr_rate", null, v -> form.minLrRate = v, "the same as a share of the peak")
                        .alias("min_lr_ratio"),
                Flag.real(
                        "num_cycles",
                        null,
                        v -> form.numCycles = v,
                        "waves of a cosine [half a wave; one fall with restarts]"),
                Flag.real("power", null, v -> form.power = v, "of the polynomial [1]"),
                Flag.real("lr_end", null, v -> form.lrEnd = v, "where the polynomial ends [1e-7]"),
                Flag.integer(
                        "timescale",
                        null,
                        v -> form.timescale = v,
                        "of inverse_sqrt, in steps [--warmup_steps, or 10000]"),
                Flag.real(
                        "warmup_lr_rate",
                        null,
                        v -> form.warmupLrRate = v,
                        "where cosine_warmup_with_min_lr begins, as a share of the peak [1 / warm-up steps]"),
                Flag.integer(
                        "num_decay_steps",
                        null,
                        v -> form.numDecaySteps = v,
                        "last steps of warmup_stable_decay, in which the rate falls"),
                Flag.integer(
                        "num_stable_steps",
                        null,
                        v -> form.numStableSteps = v,
                        "its steps at the peak [what warm-up and decay leave]"),
                ramp("warmup_type", v -> form.warmupType = v, "how its rate rises [linear]"),
                ramp("decay_type", v -> form.decayType = v, "how its rate falls [cosine]"),
                Flag.real("weight_decay", form.weightDecay, v -> form.weightDecay = v, "on matrices, never on norms"),
                Flag.real("adam_beta1", form.adamBeta1, v -> form.adamBeta1 = v, "decay of the first moment"),
                Flag.real("adam_beta2", form.adamBeta2, v -> form.adamBeta2 = v, "decay of the second moment"),
                Flag.real("adam_epsilon", form.adamEpsilon, v -> form.adamEpsilon = v, "AdamW's epsilon"),
                Flag.real(
                        "max_grad_norm",
                        form.maxGradNorm,
                        v -> form.maxGradNorm = v,
                        "gradients are clipped to this norm; 0: never"),
                momentsDtype(),
                masters(),
                weightRounding());
    }

    /** {@code 1-sqrt} is no name of Java. */
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
                "element type of AdamW's moments on a GPU");
    }

    Flag masters() {
        return Flag.word(
                "masters",
                Masters.class,
                form.masters,
                v -> form.masters = v,
                "on a GPU, the exact weights beside those in bfloat16; none saves 4 bytes a trained parameter");
    }

    Flag weightRounding() {
        return Flag.word(
                "weight_rounding",
                Rounding.class,
                null,
                v -> form.weightRounding = v,
                "on a GPU, how each step rounds weights to bfloat16; nearest loses small steps [stochastic]");
    }

    FlagGroup evaluating() {
        return FlagGroup.of(
                "Logging and evaluation",
                Flag.word(
                        "logging_strategy",
                        When.class,
                        form.loggingStrategy,
                        v -> form.loggingStrategy = v,
                        "when to log a line of metrics"),
                Flag.real(
                        "logging_steps",
                        form.loggingSteps,
                        v -> form.loggingSteps = v,
                        "steps between two log lines; below 1 a share of all steps"),
                Flag.toggle("logging_first_step", v -> form.loggingFirstStep = v, "log after the first step too"),
                Flag.word(
                        "eval_strategy",
                        When.class,
                        null,
                        v -> form.evalStrategy = v,
                        "when to evaluate on --eval_file, and at the end [each epoch, if there is a file]"),
                Flag.real(
                        "eval_steps",
                        null,
                        v -> form.evalSteps = v,
                        "steps between two; below 1 a share of all steps [--logging_steps]"),
                Flag.toggle("eval_on_start", v -> form.evalOnStart = v, "evaluate before the first step too"),
                Flag.real(
                        "eval_delay",
                        form.evalDelay,
                        v -> form.evalDelay = v,
                        "no evaluation before so many steps, or epochs with --eval_strategy epoch"),
                evalBatchSize(),
                disableTqdm(),
                Flag.texts(
                        "report_to",
                        "tensorboard|all|none",
                        values -> form.reportTo = values.stream()
                                .flatMap(value -> Stream.of(value.split(",", -1)))
                                .toList(),
                        "where metrics go beside metrics.jsonl and report.html [none]"),
                Flag.path(
                        "logging_dir",
                        "FOLDER",
                        v -> form.loggingDir = v,
                        "for TensorBoard's event files [runs/NAME in --output_dir]"));
    }

    FlagGroup choosing() {
        return FlagGroup.of(
                "Choosing a model",
                Flag.toggle(
                        "load_best_model_at_end",
                        v -> form.loadBestModelAtEnd = v,
                        "export the checkpoint with the best evaluation instead of the last weights"),
                Flag.text(
                        "metric_for_best_model",
                        "eval_loss",
                        "",
                        v -> form.metricForBestModel = v,
                        "what is compared; there is only the evaluation loss"),
                Flag.toggle("greater_is_better", v -> form.greaterIsBetter = v, "the highest is the best [false]"),
                Flag.integer(
                                "early_stopping_patience",
                                null,
                                v -> form.earlyStoppingPatience = v,
                                "stop after so many evaluations in a row without improvement")
                        .alias("early_stopping_steps"),
                Flag.real(
                        "early_stopping_threshold",
                        form.earlyStoppingThreshold,
                        v -> form.earlyStoppingThreshold = v,
                        "an improvement counts for patience if it is larger"));
    }

    Flag evalBatchSize() {
        return Flag.integer(
                "per_device_eval_batch_size",
                form.perDeviceEvalBatchSize,
                v -> form.perDeviceEvalBatchSize = v,
                "rows in an evaluation batch");
    }

    Flag disableTqdm() {
        return Flag.toggle("disable_tqdm", v -> form.disableTqdm = v, "plain lines instead of a progress bar");
    }

    FlagGroup saving() {
        return FlagGroup.of(
                "Results",
                outputDir("for checkpoints, metrics and the trained model"),
                Flag.toggle(
                        "overwrite_output_dir",
                        v -> form.overwriteOutputDir = v,
                        "take a folder that is not empty all the same"),
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
                        "steps between two checkpoints; below 1 a share of all steps"),
                Flag.integer("save_total_limit", null, v -> form.saveTotalLimit = v, "checkpoints kept, older ones go"),
                Flag.toggle(
                        "save_only_model",
                        v -> form.saveOnlyModel = v,
                        "checkpoints without optimizer state: smaller, but a run cannot be resumed from one"),
                Flag.text(
                        "resume_from_checkpoint",
                        "true|FOLDER",
                        "",
                        value -> form.resumeFromCheckpoint = resume(value),
                        "go on from the newest checkpoint of --output_dir, or from this one"),
                saveDtype(),
                saveRounding());
    }

    Flag saveDtype() {
        return Flag.word(
                "save_dtype",
                SaveType.class,
                null,
                v -> form.saveDtype = v,
                "element type of saved weights [the source's]");
    }

    Flag saveRounding() {
        return Flag.word(
                "save_rounding",
                Rounding.class,
                null,
                v -> form.saveRounding = v,
                "how trained weights are rounded to bfloat16; nearest can lose what was learnt [stochastic]");
    }

    Flag outputDir(String meaning) {
        return Flag.path("output_dir", "FOLDER", v -> form.outputDir = v, meaning);
    }

    FlagGroup machine(MachineFlags machine) {
        return FlagGroup.of("Machine", seed(), dataSeed(), machine.device(), machine.dtype(), threads());
    }

    Flag seed() {
        return Flag.longInteger("seed", form.seed, v -> form.seed = v, "order of rows, random weights");
    }

    private Flag dataSeed() {
        return Flag.longInteger("data_seed", null, v -> form.dataSeed = v, "seed of the order of rows alone [--seed]");
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
