package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.problem.InputError;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the processor learns in fp32 is in the bfloat16 folder that it writes. */
class ExportedModelTest {
    @TempDir
    private Path folder;

    private SmallSteps small;

    @BeforeEach
    void onTheProcessor() {
        small = new SmallSteps(folder, () -> CpuBackend.open(1));
    }

    @Test
    void exportedFolderHasTheRunsEvaluationLoss() throws IOException {
        double before = small.evaluate("base");
        double inTheRun = small.train(small.flags("drawn")).getLast();
        var nearest = small.flags("nearest");
        nearest.saveRounding = Rounding.NEAREST;
        small.train(nearest);
        assertThat(inTheRun).isLessThan(before - 0.02);
        assertThat(small.evaluate("drawn")).isCloseTo(inTheRun, within(0.005));
        assertThat(small.evaluate("nearest")).as("rounded to nearest").isGreaterThan(inTheRun + 0.05);
    }

    @Test
    void fileDependsOnlyOnTheSeed() throws IOException {
        var file = "model.safetensors";
        small.train(small.flags("one"));
        var two = small.flags("two");
        two.saveStrategy = When.STEPS; // checkpoints in between change nothing
        two.saveSteps = 16;
        small.train(two);
        var one = folder.resolve("one").resolve(file);
        assertThat(Files.mismatch(one, folder.resolve("two").resolve(file))).isEqualTo(-1);
        assertThat(Files.mismatch(one, folder.resolve("two/checkpoint-16").resolve(file)))
                .isEqualTo(-1);
        var other = small.flags("other");
        other.seed = 43;
        small.train(other);
        assertThat(Files.mismatch(one, folder.resolve("other").resolve(file))).isNotEqualTo(-1);
    }

    @Test
    void saveRoundingWithoutEffectIsRefusedBeforeWriting() throws IOException {
        var flags = small.flags("refused");
        flags.saveDtype = SaveType.FLOAT32;
        flags.saveRounding = Rounding.NEAREST;
        assertThatThrownBy(() -> small.train(flags))
                .isInstanceOf(InputError.class)
                .hasMessageContaining(
                        "--save_rounding only applies to weights saved as bfloat16, but these are saved as float32");
        assertThat(folder.resolve("refused")).doesNotExist();
    }
}
