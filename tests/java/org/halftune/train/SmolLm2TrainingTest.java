package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.halftune.SharedFolder;
import org.halftune.SmolLm2;
import org.halftune.data.MaxLength;
import org.halftune.hft.SelectionFile;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.record.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few steps of fine-tuning on a real model and real rows, end to end. */
@Tag("real-model")
class SmolLm2TrainingTest {
    @TempDir
    private Path folder;

    /** Full training of this model is in {@code SmolLm2PreferenceTest}. */
    @Test
    void stepsOnGsm8kChangeOnlyTrainedMatrices() {
        var flags = TestRuns.flags(
                SmolLm2.folder(), SharedFolder.require("data/gsm8k").resolve("train.jsonl"), folder.resolve("out"));
        flags.method = Method.HFT;
        flags.numTrainEpochs = 1;
        flags.maxSteps = 2;
        flags.perDeviceTrainBatchSize = 1;
        flags.gradientAccumulationSteps = 1;
        flags.learningRate = 1e-4;
        flags.maxLength = new MaxLength(96, true);
        flags.saveStrategy = When.NO;
        assertThat(TestRuns.run(flags)).isInstanceOf(Outcome.Finished.class);

        try (var base = PretrainedFolder.open(SmolLm2.folder());
                var tuned = PretrainedFolder.open(folder.resolve("out"))) {
            var selection = SelectionFile.read(folder.resolve("out/selection.json"), tuned.config());
            assertThat(tuned.config()).isEqualTo(base.config());
            for (var spec : selection.specs()) {
                var before = base.source().get(spec.name());
                var after = tuned.source().get(spec.name());
                boolean same = before.data().mismatch(after.data()) == -1;
                if (!selection.trains(spec.name()))
                    assertThat(same).as(spec.name() + " is frozen").isTrue();
                else if (spec.isMatrix())
                    assertThat(same).as(spec.name() + " learned").isFalse();
            }
        }
    }
}
