package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.TrainingArguments.Masters;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotating selections where weights are bfloat16: what earlier rounds learned keeps all its bits, also over a resume. */
@OnCuda
class RotationCudaTest {
    private static final Supplier<Backend> CUDA = () -> CudaBackend.open(0);

    @TempDir
    private Path folder;

    private TrainingArgumentsBuilder flags(String output, Masters masters) throws IOException {
        Path model = folder.resolve("model");
        if (!Files.exists(model)) TestRuns.model(model, TestRuns.config(DType.BF16, 8), 7);
        var flags = TestRuns.flags(model, TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1), folder.resolve(output));
        flags.maxSteps = 7;
        flags.saveSteps = 1;
        flags.hftRotateSteps = 3;
        flags.masters = masters;
        return flags;
    }

    private void resumesFrom(int step, Masters masters) throws IOException {
        if (!Files.exists(folder.resolve("whole-" + masters)))
            TestRuns.run(flags("whole-" + masters, masters), TrainingListener.NONE, new StopSignal(), CUDA);
        String stopped = "stopped-" + masters + "-" + step;
        TestRuns.runUntil(flags(stopped, masters), step, CUDA);
        var rest = flags(stopped, masters);
        rest.resumeFromCheckpoint = new Resume.Newest();
        assertThat(TestRuns.run(rest, TrainingListener.NONE, new StopSignal(), CUDA))
                .isInstanceOf(Outcome.Finished.class);
        for (String file : new String[] {
            "model.safetensors",
            "checkpoint-" + (step + 1) + "/optimizer.safetensors",
            "checkpoint-7/optimizer.safetensors"
        }) {
            assertThat(Files.mismatch(
                            folder.resolve("whole-" + masters).resolve(file),
                            folder.resolve(stopped).resolve(file)))
                    .as(file + " resumed from step " + step)
                    .isEqualTo(-1);
        }
    }

    @Test
    void resumedRunEqualsUninterruptedOne() throws IOException {
        resumesFrom(3, Masters.FLOAT32); // at the end of a round
        resumesFrom(5, Masters.FLOAT32); // in the second round
        resumesFrom(6, Masters.FLOAT32);
    }

    @Test
    void withoutMastersToo() throws IOException {
        resumesFrom(3, Masters.NONE);
        resumesFrom(5, Masters.NONE);
    }
}
