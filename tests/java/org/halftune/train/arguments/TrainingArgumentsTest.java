package org.halftune.train.arguments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.halftune.hft.Ratios;
import org.halftune.problem.InputError;
import org.halftune.train.TestForms;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingArgumentsTest {
    private static TrainingArgumentsBuilder form() {
        return TestForms.valid();
    }

    @Test
    void defaultsAreThoseOfTransformers() {
        var arguments = form().build();
        assertThat(arguments.optimizing())
                .isEqualTo(new TrainingArguments.Optimizing(
                        2e-5,
                        0,
                        0.9,
                        0.999,
                        1e-8,
                        1,
                        TrainingArguments.SaveType.FLOAT32,
                        TrainingArguments.Masters.FLOAT32,
                        Optional.empty()));
        assertThat(arguments.batching().epochs()).isEqualTo(3);
        assertThat(arguments.batching().maxSteps()).isEmpty();
        assertThat(arguments.scheduling().curve()).isEqualTo(SchedulerType.LINEAR);
        assertThat(arguments.evaluating()).isEqualTo(new TrainingArguments.Evaluating(When.NO, 10));
        assertThat(arguments.saving().steps()).isEqualTo(500);
        assertThat(arguments.selecting().seed()).isEqualTo(42);
    }

    @Test
    void selectionUsesTheSeedUnlessHftSeedIsGiven() {
        var form = form();
        form.seed = 7;
        assertThat(form.build().selecting().seed()).isEqualTo(7);
        form.hftSeed = 8L;
        assertThat(form.build().selecting().seed()).isEqualTo(8);
    }

    @Test
    void warmupBelowOneIsAFractionRoundedUp() {
        var form = form();
        form.warmupSteps = 0.03;
        assertThat(form.build().scheduling().warmupSteps(101)).isEqualTo(4);
        form.warmupSteps = 5;
        assertThat(form.build().scheduling().warmupSteps(101)).isEqualTo(5);
    }

    @Test
    void warmUpOfRatioOneIsTheWholeRun() {
        var form = form();
        form.warmupRatio = 1.0;
        assertThat(form.build().scheduling().warmupSteps(101)).isEqualTo(101);
    }

    @Test
    void intervalsBelowOneAreFractionsRoundedUp() {
        assertThat(Intervals.steps(0.5, 3)).isEqualTo(2);
        assertThat(Intervals.steps(0.05, 3)).isEqualTo(1);
        assertThat(Intervals.steps(500, 3)).isEqualTo(500);
    }

    @Test
    void intervalsAreFormattedAsGiven() {
        assertThat(Intervals.words(1)).isEqualTo("every step");
        assertThat(Intervals.words(10)).isEqualTo("every 10 steps");
        assertThat(Intervals.words(0.1)).isEqualTo("every 0.1 of all steps");
    }

    @Test
    void multiplesOfFractionsAreFoundDespiteRounding() {
        assertThat(Intervals.isMultiple(0.3, 0.1)).isTrue();
        assertThat(Intervals.isMultiple(0.25, 0.1)).isFalse();
        assertThat(Intervals.isMultiple(20, 10)).isTrue();
        assertThat(Intervals.isMultiple(15, 10)).isFalse();
        assertThat(Intervals.isMultiple(10, 0.1)).isFalse();
    }

    @Test
    void dataSeedOrdersTheRows() {
        var form = form();
        form.seed = 7;
        assertThat(form.build().batching().dataSeed()).isEqualTo(7);
        form.dataSeed = 8L;
        assertThat(form.build().batching().dataSeed()).isEqualTo(8);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("--learning_rate -1", form -> form.learningRate = -1),
                mistake("--learning_rate NaN", form -> form.learningRate = Double.NaN),
                mistake("--weight_decay -0.1", form -> form.weightDecay = -0.1),
                mistake("--adam_beta1 1 ", form -> form.adamBeta1 = 1),
                mistake("--adam_beta2 1.5", form -> form.adamBeta2 = 1.5),
                mistake("--adam_epsilon 0", form -> form.adamEpsilon = 0),
                mistake("--max_grad_norm -1", form -> form.maxGradNorm = -1),
                mistake("--train names some", form -> {
                    form.method = Method.FFT;
                    form.train = List.of("mlp");
                }),
                mistake("--hft_strategy has no effect with --train", form -> {
                    form.hftStrategy = HftStrategy.LAYER;
                    form.train = List.of("mlp");
                }),
                mistake("--selection and --train cannot be combined", form -> {
                    form.selection = Path.of("selection.json");
                    form.train = List.of("mlp");
                }),
                mistake("--hft_seed has no effect with --hft_strategy upper", form -> {
                    form.hftStrategy = HftStrategy.UPPER;
                    form.hftSeed = 1L;
                }),
                mistake("--freeze_embeddings has no effect with --hft_strategy upper", form -> {
                    form.hftStrategy = HftStrategy.UPPER;
                    form.freezeEmbeddings = true;
                }),
                mistake("--importance_file is missing", form -> form.hftStrategy = HftStrategy.IMPORTANCE),
                mistake(
                        "--importance_file has no effect with --hft_strategy category",
                        form -> form.importanceFile = Path.of("source.jsonl")),
                mistake("--importance_samples 0", form -> {
                    form.hftStrategy = HftStrategy.IMPORTANCE;
                    form.importanceFile = Path.of("source.jsonl");
                    form.importanceSamples = 0;
                }),
                mistake("takes one ratio", form -> {
                    form.hftStrategy = HftStrategy.UPPER;
                    form.hftRatio = Ratios.parse("attention=0.3");
                }),
                mistake("takes one ratio", form -> {
                    form.hftStrategy = HftStrategy.LAYER;
                    form.hftRatio = Ratios.parse("attention=0.5");
                    form.hftRatioByCategory = true;
                }),
                mistake("--hft_round -1", form -> form.hftRound = -1),
                mistake("--max_steps 0", form -> form.maxSteps = 0),
                mistake("--num_train_epochs 0", form -> form.numTrainEpochs = 0),
                mistake("--per_device_train_batch_size 0", form -> form.perDeviceTrainBatchSize = 0),
                mistake("--per_device_eval_batch_size 0", form -> form.perDeviceEvalBatchSize = 0),
                mistake("--gradient_accumulation_steps 0", form -> form.gradientAccumulationSteps = 0),
                mistake("--warmup_steps 1.5", form -> form.warmupSteps = 1.5),
                mistake("--warmup_steps -1", form -> form.warmupSteps = -1),
                mistake("--logging_steps 0", form -> form.loggingSteps = 0),
                mistake("--eval_steps -1", form -> form.evalSteps = -1),
                mistake("--logging_steps 1.5", form -> form.loggingSteps = 1.5),
                mistake("--warmup_ratio 1.1", form -> form.warmupRatio = 1.1),
                mistake("--warmup_ratio and --warmup_steps cannot be combined", form -> {
                    form.warmupRatio = 0.1;
                    form.warmupSteps = 5;
                }),
                mistake("--num_cycles cannot be used with --lr_scheduler_type linear", form -> form.numCycles = 2.0),
                mistake("--hft_ratio has no effect with --method fft", form -> {
                    form.method = Method.FFT;
                    form.hftRatio = Ratios.all(0.5);
                }),
                mistake("--freeze_embeddings has no effect with --method fft", form -> {
                    form.method = Method.FFT;
                    form.freezeEmbeddings = true;
                }),
                mistake("--hft_seed has no effect with --selection", form -> {
                    form.selection = Path.of("selection.json");
                    form.hftSeed = 1L;
                }),
                mistake("--save_steps 0", form -> form.saveSteps = 0),
                mistake("--save_total_limit 0", form -> form.saveTotalLimit = 0),
                mistake("--threads 0", form -> form.threads = 0),
                mistake("--min_lr_rate 1 ", form -> form.minLrRate = 1.0),
                mistake("--min_lr_rate cannot be used", form -> form.minLrRate = 0.1),
                mistake("--num_decay_steps 0", form -> form.numDecaySteps = 0),
                mistake(
                        "cosine_with_min_lr needs one of",
                        form -> form.lrSchedulerType = SchedulerType.COSINE_WITH_MIN_LR),
                mistake("needs --num_decay_steps", form -> form.lrSchedulerType = SchedulerType.WARMUP_STABLE_DECAY),
                mistake("--eval_strategy steps without --eval_file", form -> form.evalStrategy = When.STEPS),
                mistake("--model_name_or_path is missing", form -> form.modelNameOrPath = null),
                mistake("--output_dir is missing", form -> form.outputDir = null),
                mistake("--train_file is missing", form -> form.trainFiles = List.of()),
                mistake("--method fft trains every matrix", form -> {
                    form.method = Method.FFT;
                    form.selection = Path.of("selection.json");
                }));
    }

    private static Arguments mistake(String what, Consumer<TrainingArgumentsBuilder> change) {
        return Arguments.of(what, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void valuesOutOfRangeAreRefusedByName(String what, Consumer<TrainingArgumentsBuilder> change) {
        var form = form();
        change.accept(form);
        assertThatThrownBy(form::build).isInstanceOfSatisfying(InputError.class, error -> {
            assertThat(error.what() + " ").contains(what);
            assertThat(error.fix()).isNotEmpty();
        });
    }
}
