package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.halftune.continual.ContinualMethod;
import org.halftune.problem.InputError;
import org.halftune.report.study.RateAndSteps;
import org.halftune.study.Design;
import org.halftune.study.StudyFile;
import org.halftune.study.StudyTask;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.input.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StudyFileTest {
    private static final String VALID = """
            tasks: [zumi, island]
            methods:
              - {name: FFT, method: fft}
              - {name: HFT, method: hft, learning_rate: [8e-4], hft_ratio: [0.25, 0.5]}
              - {name: upper, hft_strategy: upper, max_steps: [50, 100], weight_decay: 0.1}
            learning_rate: [4e-4, 2e-4]
            max_steps: 100
            seeds: [1, 2]
            per_device_train_batch_size: 4
            paper:
              - {claim: forgets less, figure: "+5.7", measured_on: Llama 2 7B}
            """;

    @TempDir
    Path folder;

    private StudyFile read(String yaml) {
        try {
            var file = Files.writeString(folder.resolve("study.yaml"), yaml);
            return StudyFile.read(file, new StudyTraining(folder.resolve("out")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Design.Arm arm(StudyFile study, String method) {
        return study.design().arms().stream()
                .filter(arm -> arm.method().equals(method))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void listsOfRatiosMakeMethods() {
        var study = read(VALID);
        assertThat(study.design().arms().stream().map(Design.Arm::method).distinct())
                .containsExactly("FFT", "HFT 0.25", "HFT 0.5", "upper");
        assertThat(study.design().baseline()).isEqualTo("FFT");
        var arguments = arm(study, "HFT 0.25").training().arguments(new RateAndSteps(8e-4, 100), 7);
        assertThat(arguments.selecting().ratios().attention()).isEqualTo(0.25);
        assertThat(arguments.running().seed()).isEqualTo(7);
        assertThat(arguments.batching().dataSeed()).isEqualTo(7);
        assertThat(arguments.selecting().seed()).isEqualTo(7);
    }

    @Test
    void methodsHaveTheirOwnRatesStepsAndFlags() {
        var study = read(VALID);
        assertThat(arm(study, "FFT").settings())
                .containsExactly(new RateAndSteps(2e-4, 100), new RateAndSteps(4e-4, 100));
        assertThat(arm(study, "HFT 0.5").settings()).containsExactly(new RateAndSteps(8e-4, 100));
        assertThat(arm(study, "upper").settings()).hasSize(4);
        var upper = arm(study, "upper").training().arguments(new RateAndSteps(2e-4, 50), 1);
        assertThat(upper.selecting().strategy()).isEqualTo(HftStrategy.UPPER);
        assertThat(upper.optimizing().weightDecay()).isEqualTo(0.1);
        assertThat(upper.batching().trainBatchSize()).isEqualTo(4);
        assertThat(upper.batching().maxSteps()).hasValue(50);
        var fft = arm(study, "FFT").training().arguments(new RateAndSteps(2e-4, 50), 1);
        assertThat(fft.selecting().method()).isEqualTo(Method.FFT);
        assertThat(fft.optimizing().weightDecay()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            seeds: [1, 2]           | seed: 1                   | unknown key seed           | did you mean 'seeds'
            max_steps: 100          | max_step: 100             | unknown key max_step       | did you mean 'max_steps'
            seeds: [1, 2]           | seeds: []                 | seeds is empty             | at least one
            seeds: [1, 2]           | seeds: [1, 1]             | 1 occurs twice             | of its own
            tasks: [zumi, island]   | tasks: [zumy]             | no bundled task zumy       | did you mean 'zumi'
            tasks: [zumi, island]   | tasks: []                 | tasks is empty             | at least one
            name: upper             | name: FFT                 | FFT occurs twice           | of its own
            hft_strategy: upper     | hft_strategy: uper        | hft_strategy uper          | choose from
            hft_strategy: upper     | hft_stratgy: upper        | unknown key hft_stratgy    | did you mean 'hft_strategy'
            max_steps: 100          | max_steps: 0              | max_steps: 0               | at least 1
            learning_rate: [4e-4    | learning_rate: [fast      | fast is not a number       | 4e-4
            max_steps: 100          | baseline: SFT             | no method SFT              | did you mean 'FFT'
            seeds: [1, 2]           | seeds: [1.5]              | 1.5 is not a whole number  | whole
            max_steps: 100          | choose: 2                 | choose 2.0                 | 0.9
            figure:                 | figur:                    | unknown key figur          | did you mean 'figure'
            """)
    void mistakesNamePlaceAndFix(String from, String to, String what, String fix) {
        String yaml = VALID.replaceFirst(Pattern.quote(from), to);
        if (!to.startsWith("max_steps") && from.startsWith("max_steps") && !to.startsWith("max_step:")) {
            yaml += "max_steps: 100\n";
        }
        String wrong = yaml;
        assertThatThrownBy(() -> {
                    var design = read(wrong).design();
                    for (var arm : design.arms())
                        arm.training().arguments(arm.settings().getFirst(), 1);
                })
                .isInstanceOf(InputError.class)
                .hasMessageContaining(what)
                .hasMessageContaining(fix);
    }

    private static String sequence(String keys) {
        return """
                tasks:
                  - {name: both, sequence: [zumi, island]}
                methods:
                  - {name: FFT, method: fft}
                  - {name: HFT, %s}
                learning_rate: 4e-4
                max_steps: 2
                seeds: [1]
                """.formatted(keys);
    }

    @Test
    void methodOfASequenceHasItsOwnKeys() {
        var study = read(sequence("continual_method: gem, gem_memory: 20, gem_batch: 4, gem_strength: 0"));
        var training = (Design.Sequence) arm(study, "HFT").training();
        var options = training.rounds().at(new RateAndSteps(4e-4, 2), 1, folder.resolve("models"));
        assertThat(options.method()).isEqualTo(new ContinualMethod.Gem(20, OptionalInt.of(4), 0));
        assertThat(options.rounds()).hasSize(2);
        assertThatThrownBy(() -> read(sequence("continual_method: replay, gem_memory: 20")))
                .hasMessageContaining("gem_memory has no effect with continual_method replay");
        assertThatThrownBy(() -> read(sequence("continual_method: gm"))).hasMessageContaining("did you mean 'gem'");
    }

    @Test
    void sequenceLeavesPreferencePairsOutOfAFolderAndRefusesThemByName() {
        var study = read(sequence("continual_method: seqft").replace("[zumi, island]", "models/tasks"));
        assertThat(study.notices()).containsExactly("island-pairs: preference pairs, not a task of continual");
        assertThat(study.design().tasks().getFirst().test()).hasSize(5);
        for (String named : List.of("[models/tasks, island, island-pairs]", "[island, island-pairs]")) {
            assertThatThrownBy(() -> read(sequence("continual_method: seqft").replace("[zumi, island]", named)))
                    .hasMessageContaining("the task island-pairs has preference pairs");
        }
    }

    private static final String PREFERENCES = """
            tasks:
              - island-pairs
              - {name: own, stage: dpo, train: models/tasks/island-pairs/train.jsonl, test: models/tasks/island-pairs/test.jsonl}
              - zumi
            methods:
              - {name: FFT, method: fft}
              - {name: HFT}
            loss_type: ipo
            beta: 0.2
            learning_rate: 4e-4
            max_steps: 2
            seeds: [1]
            """;

    @Test
    void preferenceTasksTakeTheFlagsOfDpo() {
        var design = read(PREFERENCES).design();
        assertThat(design.tasks().stream().map(StudyTask::pairs)).containsExactly(true, true, false);
        for (var arm : design.arms()) {
            var training = (Design.Single) arm.training();
            if (arm.task().equals("zumi")) {
                assertThat(training.stage()).isInstanceOf(Stage.Supervised.class);
                continue;
            }
            assertThat(training.stage().settings())
                    .containsEntry("--loss_type", "ipo")
                    .containsEntry("--beta", "0.2");
            assertThat(training.arguments(new RateAndSteps(4e-4, 2), 1).data().trainFiles())
                    .containsExactly(Path.of("models/tasks/island-pairs/train.jsonl"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            stage: dpo           | stage: rm                                | stage: rm is not possible                         | sft, dpo
            stage: dpo, train    | sequence: [zumi], stage: dpo, train      | train has no effect in a sequence                 | remove
            name: HFT            | name: HFT, continual_method: gem         | continual_method has no effect on the task island | remove
            name: HFT            | name: HFT, beta: 0.3                     | beta has no effect on the task zumi               | stage: dpo
            loss_type: ipo       | loss_type: dpo                           | loss_type dpo                                     | sigmoid
            beta: 0.2            | beta: 0                                  | beta 0                                            | above 0
            beta: 0.2            | label_smoothing: 0.1                     | label_smoothing has no effect                     | robust
            beta: 0.2            | packing: true                            | packing has no effect on the task island-pairs    | remove
            beta: 0.2            | truncation_mode: split                   | truncation_mode: split                            | keep_start
            beta: 0.2            | ref_model_name_or_path: models/world-4m  | unknown key ref_model_name_or_path                | dpo
            """)
    void mistakesInPreferencesNamePlaceAndFix(String from, String to, String what, String fix) {
        assertThatThrownBy(() -> read(PREFERENCES.replace(from, to)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining(what)
                .hasMessageContaining(fix)
                .hasMessageContaining("study.yaml");
    }

    @Test
    void flagsOfDpoNeedAPreferenceTask() {
        assertThatThrownBy(() -> read(VALID + "beta: 0.2\n"))
                .hasMessageContaining("beta has no effect on the task zumi, which has no preference pairs");
    }

    @Test
    void missingKeysAreNamed() {
        assertThatThrownBy(() -> read("methods: []")).hasMessageContaining("tasks is missing");
        assertThatThrownBy(() -> read("tasks: [zumi]")).hasMessageContaining("methods is missing");
        assertThatThrownBy(() -> read(VALID.replace("learning_rate: [4e-4, 2e-4]", "")))
                .hasMessageContaining("learning_rate is missing");
    }

    static Stream<Path> shipped() throws IOException {
        try (var files = Files.list(Path.of("benchmarks/study"))) {
            return List.copyOf(files.filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("smollm2.yaml"))
                            .toList())
                    .stream();
        }
    }

    /** The study of SmolLM2 lists its tasks in data that does not ship; everything before that is valid. */
    @Test
    void theStudyOfSmolLm2LacksItsDataOnly() {
        assertThatThrownBy(() -> StudyFile.read(Path.of("benchmarks/study/smollm2.yaml"), new StudyTraining(folder)))
                .hasMessageContaining("do not exist")
                .hasMessageContaining("data/trace");
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedStudiesOfTheBundledModelAreValid(Path file) {
        var design = StudyFile.read(file, new StudyTraining(folder)).design();
        for (var arm : design.arms()) {
            for (var setting : arm.settings()) arm.training().arguments(setting, 1);
        }
    }
}
