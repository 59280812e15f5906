package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.data.MaxLength;
import org.halftune.files.StrictJson;
import org.halftune.hft.SelectionFile;
import org.halftune.model.Recomputation;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.Masters;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.memory.MemoryPlan;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.RunHeader;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Training on a CUDA device: what the processor trains, the same bits each time, resumed bit for bit, frozen bits kept. */
@OnCuda
class TrainCudaTest {
    private static final Supplier<Backend> CUDA = () -> CudaBackend.open(0);

    @TempDir
    private Path folder;

    @BeforeEach
    @AfterEach
    void usualOrder() {
        CudaDevice.usualOrder();
    }

    private TrainingArgumentsBuilder flags(DType dtype, String output) throws IOException {
        Path model = folder.resolve("model-" + dtype);
        if (!Files.exists(model)) TestRuns.model(model, TestRuns.config(dtype, 8), 7);
        var flags = TestRuns.flags(model, TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1), folder.resolve(output));
        flags.saveStrategy = When.NO;
        flags.loggingSteps = 1;
        return flags;
    }

    private static Outcome train(TrainingArgumentsBuilder flags, Supplier<Backend> device) {
        return TestRuns.run(flags, TrainingListener.NONE, new StopSignal(), device);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void lossesEqualTheCpus(Method method) throws IOException {
        var onCpu = flags(DType.F32, "cpu");
        var onCuda = flags(DType.F32, "cuda");
        onCpu.method = method;
        onCuda.method = method;
        train(onCpu, () -> CpuBackend.open(1));
        train(onCuda, CUDA);
        var expected = losses("cpu");
        var actual = losses("cuda");
        assertThat(actual).hasSameSizeAs(expected).hasSizeGreaterThan(8);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i))
                    .as("loss of step " + (i + 1))
                    .isCloseTo(expected.get(i), within(0.02 * expected.get(i)));
        }
        assertThat(actual.getLast()).isLessThan(actual.getFirst());
    }

    private List<Double> losses(String output) throws IOException {
        return Files.readAllLines(folder.resolve(output).resolve("metrics.jsonl")).stream()
                .map(line -> StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), "row"))
                .filter(row -> row.has("loss"))
                .map(row -> row.get("loss").asDouble())
                .toList();
    }

    /** Neither the order of threads and blocks, nor when copies arrive, nor when the device gets to work, shows in a bit. */
    @Test
    void bitsAreTheSameInEveryOrder() throws IOException {
        train(someSteps("first"), CUDA);
        CudaDevice.order("reverse", "early");
        train(someSteps("second"), CUDA);
        assertSameModel("first", "second");
        CudaDevice.order("random", "early");
        CudaDevice.lateStreams();
        train(someSteps("third"), CUDA);
        assertSameModel("first", "third");
    }

    /** An epoch, whose last step is short, and a step of the next. */
    private TrainingArgumentsBuilder someSteps(String output) throws IOException {
        var flags = flags(DType.BF16, output);
        flags.maxSteps = 5;
        return flags;
    }

    private void assertSameModel(String expected, String actual) throws IOException {
        assertThat(Files.mismatch(
                        folder.resolve(actual).resolve("model.safetensors"),
                        folder.resolve(expected).resolve("model.safetensors")))
                .as("first byte of the weights that differs")
                .isEqualTo(-1);
    }

    /** What is recomputed has the bits of what would have been kept; only attention's row sums are taken another way. */
    @Test
    void recomputationDoesNotChangeTheBits() throws IOException {
        for (var recomputation : Recomputation.values()) {
            var flags = flags(DType.BF16, recomputation.name());
            flags.method = Method.FFT;
            flags.recompute = recomputation;
            flags.maxSteps = 3;
            train(flags, CUDA);
            assertSameModel("NONE", recomputation.name());
        }
    }

    /**
     * Every way to round weights, with and without masters, with moments of both sizes; and types, methods and packing among them.
     * Where a run stops does not depend on these: two of them stop after the first, a middle and the last step but one.
     */
    @ParameterizedTest
    @CsvSource({
        "HFT, BF16, FLOAT32, STOCHASTIC, FLOAT32, false, 1 4 7",
        "FFT, F32, FLOAT32, STOCHASTIC, BFLOAT16, true, 1 4 7",
        "HFT, F16, FLOAT32, NEAREST, BFLOAT16, true, 4",
        "HFT, BF16, FLOAT32, NEAREST, FLOAT32, false, 4",
        "HFT, BF16, NONE, STOCHASTIC, BFLOAT16, false, 1",
        "FFT, BF16, NONE, STOCHASTIC, FLOAT32, true, 4",
        "HFT, BF16, NONE, NEAREST, BFLOAT16, true, 7",
        "FFT, F32, NONE, NEAREST, FLOAT32, false, 4"
    })
    void runStoppedAfterAnyStepResumesBitForBit(
            Method method,
            DType dtype,
            Masters masters,
            Rounding rounding,
            SaveType moments,
            boolean packing,
            String stops)
            throws IOException {
        UnaryOperator<TrainingArgumentsBuilder> configured = flags -> {
            flags.method = method;
            flags.masters = masters;
            flags.weightRounding = rounding;
            flags.momentsDtype = moments;
            flags.packing = packing;
            if (packing) {
                flags.perDeviceTrainBatchSize = 1;
                flags.maxLength = MaxLength.asked(24);
            }
            return flags;
        };
        train(configured.apply(flags(dtype, "whole")), CUDA);
        for (int step : Stream.of(stops.split(" ")).mapToInt(Integer::parseInt).toArray()) {
            String output = "stopped-" + step;
            var first = configured.apply(flags(dtype, output));
            assertThat(TestRuns.runUntil(first, step, CUDA)).isInstanceOf(Outcome.Stopped.class);
            var second = configured.apply(flags(dtype, output));
            second.resumeFromCheckpoint = new Resume.Newest();
            assertThat(train(second, CUDA)).isInstanceOf(Outcome.Finished.class);
            assertSameModel("whole", output);
            assertThat(losses(output)).isEqualTo(losses("whole"));
        }
        assertThat(losses("whole").getLast()).isLessThan(losses("whole").getFirst());
    }

    /** Also where the file holds more bits than the device: a frozen tensor leaves as it came. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F16", "BF16"})
    void frozenTensorsKeepTheirBits(DType dtype) throws IOException {
        var flags = flags(dtype, "out");
        flags.maxSteps = 4;
        train(flags, CUDA);
        var selection = SelectionFile.read(folder.resolve("out/selection.json"), TestRuns.config(dtype, 8));
        try (var before = PretrainedFolder.open(folder.resolve("model-" + dtype));
                var after = PretrainedFolder.open(folder.resolve("out"))) {
            int frozen = 0;
            for (var spec : selection.specs()) {
                var old = before.source().get(spec.name());
                var now = after.source().get(spec.name());
                boolean same = old.data().mismatch(now.data()) < 0;
                assertThat(same).as(spec.name()).isEqualTo(!selection.trains(spec.name()));
                if (same) frozen++;
            }
            assertThat(frozen).isGreaterThan(8);
        }
    }

    /** The plan is the ledger's count, and the ledger's count is the driver's, which rounds each allocation up a little. */
    @ParameterizedTest
    @EnumSource(Recomputation.class)
    void planAllocatorAndDriverAgree(Recomputation recomputation) throws IOException {
        var flags = flags(DType.BF16, "out");
        flags.recompute = recomputation;
        flags.maxSteps = 2;
        var device = new AtomicReference<CudaBackend>();
        var held = new AtomicReference<Map<MemoryCategory, Long>>();
        var planned = new AtomicReference<Map<MemoryCategory, Long>>();
        var listener = new TrainingListener() {
            @Override
            public void begins(RunHeader header) {
                var backend = device.get();
                held.set(header.memory());
                planned.set(MemoryPlan.of(
                                TestRuns.config(DType.BF16, 8),
                                header.selection().trainable(),
                                header.plan().capacity(),
                                recomputation,
                                header.plan().arguments().optimizing().adamW(0),
                                backend)
                        .bytes());
                assertDriverAgrees(backend);
            }
        };
        TestRuns.run(flags, listener, new StopSignal(), () -> {
            device.set(CudaBackend.open(0));
            return device.get();
        });
        assertThat(planned.get()).isEqualTo(held.get());
        assertThat(held.get().get(MemoryCategory.MASTERS)).isPositive();
        assertThat(device.get().memory().total()).isZero();
        CudaDevice.assertNothingIsHeld();
    }

    /** Beside so small a model a real driver's own part, code and handles, is the larger one. */
    private static void assertDriverAgrees(CudaBackend backend) {
        if (!CudaDevice.isEmulated()) return;
        double counted = backend.memory().total();
        assertThat((double) backend.bytesTakenFromDevice()).isCloseTo(counted, within(0.02 * counted));
    }

    /** A model that no kernel can do is refused before anything is written. */
    @Test
    void unsupportedHeadSizeIsRefused() throws IOException {
        var flags = flags(DType.BF16, "out");
        flags.modelNameOrPath = TestRuns.model(folder.resolve("narrow"), TestRuns.config(DType.BF16, 4), 1);
        assertThatThrownBy(() -> train(flags, CUDA))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("multiples of 8");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** Two bytes a moment and no master instead of four each. */
    @Test
    void bf16StateNeedsFewerBytes() throws IOException {
        var full = plan(flags(DType.BF16, "full"));
        var few = flags(DType.BF16, "few");
        few.momentsDtype = SaveType.BFLOAT16;
        few.masters = Masters.NONE;
        var small = plan(few);
        assertThat(small.get(MemoryCategory.MASTERS)).isZero();
        assertThat((double) small.get(MemoryCategory.MOMENTS))
                .isCloseTo(0.5 * full.get(MemoryCategory.MOMENTS), within(0.2 * full.get(MemoryCategory.MOMENTS)));
    }

    private static Map<MemoryCategory, Long> plan(TrainingArgumentsBuilder flags) {
        var held = new AtomicReference<Map<MemoryCategory, Long>>();
        flags.maxSteps = 1;
        var listener = new TrainingListener() {
            @Override
            public void begins(RunHeader header) {
                held.set(header.memory());
            }
        };
        TestRuns.run(flags, listener, new StopSignal(), CUDA);
        return held.get();
    }
}
