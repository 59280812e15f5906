package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.halftune.backend.DeviceFailure;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.checkpoint.OptimizerFile;
import org.halftune.train.checkpoint.TrainerStateFile;
import org.halftune.train.record.TrainingFailure;
import org.halftune.train.record.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call of the driver and of cuBLAS that a short training makes fails in turn, and each time: one message that names the call
 * and the code, memory given back, and a last checkpoint that is complete. Which calls there are is counted first, so new ones
 * are swept as they come.
 */
@OnCudaOnCpu
class SweepTest {
    /**
     * Of a function that is called more often so many calls are taken, spread evenly over the run. {@code -Dhalftune.sweep=all}:
     * every call, which takes minutes.
     */
    private static final int POINTS = "all".equals(System.getProperty("halftune.sweep")) ? Integer.MAX_VALUE : 4,
            POINTS_OF_WORK = Math.max(POINTS, 10);

    /** What a step is made of. */
    private static final Pattern WORK =
            Pattern.compile("cuLaunchKernel|cu(Mem|Graph).*(Alloc|cpy|set|Launch).*|cublasGemm.*");

    /** One run of so many failures is resumed to the end and compared with the run that nothing happened to. */
    private static final int RESUMED = 40;

    /** CUDA_ERROR_OPERATING_SYSTEM, CUDA_ERROR_OUT_OF_MEMORY, and CUDA_ERROR_LAUNCH_FAILED, after which nothing works. */
    private static final List<String> DRIVER_CODES = List.of("304", "2", "719!");

    /** CUBLAS_STATUS_INTERNAL_ERROR, CUBLAS_STATUS_ALLOC_FAILED, CUBLAS_STATUS_EXECUTION_FAILED with the device lost. */
    private static final List<String> CUBLAS_CODES = List.of("14", "3", "13!");

    /** Calls that release or only query: if such a call fails, the run must go on. */
    private static final Pattern HARMLESS =
            Pattern.compile(".*Destroy.*|cuModuleUnload|cuMemFreeHost|cuDevicePrimaryCtxRelease.*|cu(Event|Stream)Query"
                    + "|cuGetError.*|cuMemGetInfo.*");

    private static final int STEPS = 4;

    @TempDir
    private Path folder;

    private final AtomicReference<@Nullable CudaBackend> device = new AtomicReference<>();

    @BeforeEach
    @AfterEach
    void usual() {
        CudaOnCpu.reset();
        CudaOnCpu.endContext();
    }

    @Test
    void failingDriverCallIsNamedAndCheckpointsAreKept() throws IOException {
        TestRuns.runUntil(flags("base"), 1, this::open);
        var checkpoint = folder.resolve("base/checkpoint-1");
        var before = contents(checkpoint);

        CudaOnCpu.resetCounters();
        run("whole", checkpoint);
        var calls = new TreeMap<String, Integer>();
        CudaOnCpu.counters().forEach((name, count) -> {
            if (name.startsWith("calls:")) calls.put(name.substring("calls:".length()), count.intValue());
        });
        assertThat(calls).containsKeys("cuLaunchKernel", "cuGraphLaunch", "cuMemAlloc_v2", "cublasGemmEx");
        var expected = folder.resolve("whole/model.safetensors");

        int failures = 0;
        var swallowed = new ArrayList<String>();
        for (var entry : calls.entrySet()) {
            for (int call : points(entry.getKey(), entry.getValue())) {
                var codes = entry.getKey().startsWith("cublas") ? CUBLAS_CODES : DRIVER_CODES;
                var fault = entry.getKey() + ":" + call + ":" + codes.get(failures % codes.size());
                var output = folder.resolve("faulty");
                CudaOnCpu.fail(fault);
                var failure = failureOf(output, checkpoint);
                CudaOnCpu.fail("");
                if (failure == null) swallowed.add(fault);
                else checkMessage(failure, fault);
                checkNothingIsHeld(fault);
                CudaOnCpu.endContext();
                assertThat(contents(checkpoint)).as(fault).isEqualTo(before);
                checkCheckpoints(output, fault);
                if (failures++ % RESUMED == 0) checkResumes(output, checkpoint, expected, fault);
                delete(output);
            }
        }
        assertThat(swallowed)
                .allMatch(fault ->
                        HARMLESS.matcher(fault.substring(0, fault.indexOf(':'))).matches());
        assertThat(failures).isGreaterThan(100);
    }

    /** Message, backend and checkpoints of a run whose device is lost; how to go on stands in the message. */
    @Test
    void lostDeviceErrorSaysHowToContinue() throws IOException {
        CudaOnCpu.fail("cuGraphLaunch:2:700!");
        var failure = failureOf(folder.resolve("lost"), null);
        assertThat(failure).isInstanceOf(TrainingFailure.class);
        assertThat(((TrainingFailure) failure).report())
                .contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)", "CUDA on the CPU (cuda:0)")
                .contains("can no longer use the device")
                .contains("--resume_from_checkpoint " + folder.resolve("lost/checkpoint-"));
        checkNothingIsHeld("lost");
        CudaOnCpu.fail("");

        // A kernel that fails shows at a later call.
        CudaOnCpu.fail("cuMemcpyDtoHAsync_v2:1:719!");
        var later = failureOf(folder.resolve("later"), null);
        assertThat(String.valueOf(later.getMessage()))
                .contains("CUDA_ERROR_LAUNCH_FAILED (719)")
                .contains("queued since the host last waited, the newest last: ")
                .contains("<<<(");
    }

    /** Another program takes memory while this one starts: the plan fitted, the device does not give it. */
    @Test
    void deviceThatIsFilledMeanwhileIsExplained() throws IOException {
        CudaOnCpu.fail("cuMemAlloc_v2:3:2");
        var failure = failureOf(folder.resolve("full"), null);
        assertThat(failure).isInstanceOf(InputError.class);
        assertThat(((InputError) failure).report())
                .contains("out of GPU memory", "cuMemAlloc of ", "CUDA_ERROR_OUT_OF_MEMORY (2)", "nvidia-smi")
                .contains("this run holds", "needed", "available", "--recompute block", "--moments_dtype bfloat16");
        checkNothingIsHeld("full");
    }

    private static List<Integer> points(String function, int calls) {
        int taken = Math.min(calls, WORK.matcher(function).matches() ? POINTS_OF_WORK : POINTS);
        return IntStream.range(0, taken)
                .map(i -> taken == 1 ? 1 : 1 + (int) ((long) i * (calls - 1) / (taken - 1)))
                .distinct()
                .boxed()
                .toList();
    }

    private static void checkMessage(RuntimeException failure, String fault) {
        assertThat(failure instanceof InputError
                        || failure instanceof DeviceFailure
                        || failure.getCause() instanceof DeviceFailure)
                .as("%s: %s", fault, failure)
                .isTrue();
        var parts = fault.split(":");
        var message = String.valueOf(failure.getMessage());
        if (!HARMLESS.matcher(parts[0]).matches()) {
            assertThat(message).as(fault).contains(parts[0].replaceFirst("(_v\\d+|WithFlags)$", ""));
        }
        int code = Integer.parseInt(parts[2].replace("!", ""));
        boolean lost = parts[2].endsWith("!");
        assertThat(message.contains("(" + code + ")") || lost && message.contains("(719)"))
                .as("%s: %s", fault, message)
                .isTrue();
        assertThat(message).as(fault).containsPattern("CU(DA_ERROR|BLAS_STATUS)_[A-Z_]+ \\(");
    }

    private void checkNothingIsHeld(String fault) {
        for (var what : List.of("allocations", "bytes", "pinned allocations")) {
            assertThat(CudaOnCpu.count("outstanding " + what))
                    .as("%s after %s", what, fault)
                    .isZero();
        }
        var backend = device.get();
        if (backend != null) assertThat(backend.memory().total()).as(fault).isZero();
    }

    /** What stands there under the name of a checkpoint is one. */
    private static void checkCheckpoints(Path output, String fault) throws IOException {
        if (!Files.isDirectory(output)) return;
        for (var checkpoint : new CheckpointFolder(output).complete()) {
            assertThat(TrainerStateFile.read(checkpoint.folder()).state().step())
                    .as(fault)
                    .isEqualTo(checkpoint.step());
            PretrainedFolder.open(checkpoint.folder()).close();
            SafetensorsFile.open(checkpoint.folder().resolve(OptimizerFile.NAME))
                    .close();
        }
        try (var entries = Files.list(output)) {
            assertThat(entries.filter(CheckpointFolder::isLeftover)).as(fault).isEmpty();
        }
    }

    private void checkResumes(Path output, Path first, Path expected, String fault) throws IOException {
        var newest = new CheckpointFolder(output)
                .newest()
                .map(CheckpointFolder.Checkpoint::folder)
                .orElse(first);
        run("resumed", newest);
        assertThat(Files.mismatch(folder.resolve("resumed/model.safetensors"), expected))
                .as("first byte that differs, resumed from %s after %s", newest, fault)
                .isEqualTo(-1);
        delete(folder.resolve("resumed"));
    }

    /** Null if it went through. */
    private @Nullable RuntimeException failureOf(Path output, @Nullable Path checkpoint) {
        device.set(null);
        try {
            run(output.getFileName().toString(), checkpoint);
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private void run(String output, @Nullable Path checkpoint) {
        try {
            var flags = flags(output);
            if (checkpoint != null) flags.resumeFromCheckpoint = new Resume.From(checkpoint);
            TestRuns.run(flags, TrainingListener.NONE, new StopSignal(), this::open);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CudaBackend open() {
        var backend = CudaBackend.open(0);
        device.set(backend);
        return backend;
    }

    /** Rows of one length: the second step of the shape is recorded, the others are replayed. */
    private TrainingArgumentsBuilder flags(String output) throws IOException {
        var model = folder.resolve("model");
        var rows = folder.resolve("rows.jsonl");
        if (!Files.exists(model)) {
            TestRuns.model(model, TestRuns.config(DType.BF16, 8), 7);
            var lines = IntStream.range(0, 16)
                    .mapToObj(row -> {
                        var ids = IntStream.range(0, 8)
                                .map(i -> (row + i) % TestRuns.VOCABULARY)
                                .boxed()
                                .toList();
                        return "{\"input_ids\": " + ids + ", \"labels\": " + ids + "}";
                    })
                    .toList();
            Files.write(rows, lines, StandardCharsets.UTF_8);
        }
        var flags = TestRuns.flags(model, rows, folder.resolve(output));
        flags.perDeviceTrainBatchSize = 2;
        flags.gradientAccumulationSteps = 1;
        flags.maxSteps = STEPS;
        flags.loggingSteps = 1;
        flags.saveSteps = 2;
        return flags;
    }

    private static Map<String, Long> contents(Path checkpoint) throws IOException {
        var sums = new TreeMap<String, Long>();
        try (var files = Files.list(checkpoint)) {
            for (var file : files.toList()) {
                var sum = new java.util.zip.CRC32();
                sum.update(Files.readAllBytes(file));
                sums.put(file.getFileName().toString(), sum.getValue());
            }
        }
        return sums;
    }

    private static void delete(Path output) throws IOException {
        if (!Files.exists(output)) return;
        try (var entries = Files.walk(output)) {
            for (var entry : entries.sorted(Comparator.reverseOrder()).toList()) Files.delete(entry);
        }
    }
}
