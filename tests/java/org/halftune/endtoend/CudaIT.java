package org.halftune.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.halftune.Fixtures;
import org.halftune.endtoend.Program.Result;
import org.halftune.files.StrictJson;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program on the emulated GPU, as a user would start it: what it trains, and what it says when it cannot. */
class CudaIT {
    private static final Path DRIVER = Program.HOME.resolve("target/cuda-on-cpu");
    private static final Path BASE = Fixtures.model("mha-untied");

    @TempDir
    static Path folder;

    private static Path rows;

    @BeforeAll
    static void driver() throws IOException {
        boolean built = Files.exists(DRIVER.resolve("libcuda.so.1"));
        if ("true".equals(System.getenv("CI")))
            assertThat(built).as("emulated driver").isTrue();
        Assumptions.assumeTrue(built, "no emulated CUDA driver: tests/cuda-on-cpu/build makes it, with g++");
        var random = new Random(5);
        rows = folder.resolve("rows.jsonl");
        Files.write(
                rows,
                IntStream.range(0, 16)
                        .mapToObj(_ -> {
                            var ids = random.ints(20, 0, 320).boxed().toList();
                            return "{\"input_ids\": " + ids + ", \"labels\": " + ids + "}";
                        })
                        .toList());
    }

    private static Program gpu() {
        return new Program().with("LD_LIBRARY_PATH", DRIVER.toString());
    }

    private static Result train(Program program, Path output, Object... more) {
        var words = new ArrayList<Object>(List.of(
                "train",
                "--model_name_or_path",
                BASE,
                "--train_file",
                rows,
                "--output_dir",
                output,
                "--learning_rate",
                1e-3,
                "--per_device_train_batch_size",
                4,
                "--threads",
                1,
                "--logging_steps",
                1));
        words.addAll(Arrays.asList(more));
        return program.run(words.toArray());
    }

    private static List<Double> losses(Path output) throws IOException {
        return Files.readAllLines(output.resolve("metrics.jsonl")).stream()
                .map(line -> StrictJson.parse(line.getBytes(java.nio.charset.StandardCharsets.UTF_8), "row"))
                .filter(row -> row.has("loss"))
                .map(row -> row.get("loss").asDouble())
                .toList();
    }

    @Test
    void trainsWhatTheProcessorTrainsAndResumesBitForBit() throws IOException {
        Path onCuda = folder.resolve("cuda"), onCpu = folder.resolve("cpu"), resumed = folder.resolve("resumed");
        var cuda = train(gpu(), onCuda, "--device", "cuda", "--max_steps", 6, "--save_steps", 3);
        assertThat(cuda.code()).as("%s", cuda).isZero();
        assertThat(cuda.out()).contains("CUDA on the CPU", "cuBLAS", "model: " + onCuda);
        assertThat(train(new Program(), onCpu, "--device", "cpu", "--max_steps", 6)
                        .code())
                .isZero();
        var expected = losses(onCpu);
        var actual = losses(onCuda);
        assertThat(actual).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(actual.get(i))
                    .isCloseTo(expected.get(i), org.assertj.core.api.Assertions.within(0.01 * expected.get(i)));
        }
        var again = train(
                gpu(),
                resumed,
                "--device",
                "cuda",
                "--max_steps",
                6,
                "--resume_from_checkpoint",
                onCuda + "/checkpoint-3");
        assertThat(again.code()).as("%s", again).isZero();
        assertThat(Files.mismatch(onCuda.resolve("model.safetensors"), resumed.resolve("model.safetensors")))
                .isEqualTo(-1);

        var eval = gpu().run("eval", onCuda, "--eval_file", rows, "--device", "cuda");
        assertThat(eval.code()).as("%s", eval).isZero();
        assertThat(eval.out()).contains("perplexity");
    }

    @Test
    void generatesWhatTheProcessorGenerates() {
        Object[] words = {
            "generate", Program.HOME.resolve("models/world-4m"), "--prompt", "The mood of", "--max_new_tokens", 4
        };
        var onCuda = gpu().run(words); // --device auto finds the GPU
        assertThat(onCuda.code()).as("%s", onCuda).isZero();
        assertThat(onCuda.err()).contains("--device auto: using the GPU");
        assertThat(onCuda.out()).isEqualTo(Program.halftune(words).out());
    }

    @Test
    void autoPrintsItsChoiceAndTheReason() {
        var onGpu = train(gpu(), folder.resolve("auto"), "--max_steps", 1);
        assertThat(onGpu.err()).contains("--device auto: using the GPU");
        assertThat(onGpu.out()).contains("CUDA on the CPU");
        var onCpu = train(new Program(), folder.resolve("auto-cpu"), "--max_steps", 1);
        assertThat(onCpu.err()).contains("--device auto: using the CPU:");
        assertThat(onCpu.out()).contains("CPU, 1 thread");
        assertThat(gpu().run("doctor").out()).contains("CUDA on the CPU", "ready to train on the GPU and the CPU");
    }

    @Test
    void unusableDeviceIsExplained() {
        refused(new Program(), "CUDA driver"); // there is none, or it is told to show no device
        refused(gpu().with("CUDA_ON_CPU_DEVICES", "0"), "GPU");
        refused(gpu().with("CUDA_ON_CPU_CAPABILITY", "7.5"), "8.0");
        refused(gpu().with("CUDA_ON_CPU_DRIVER", "11.8"), "12.0");
        refused(gpu().with("CUDA_ON_CPU_MEMORY", "66m"), "memory"); // the backend fits, the run does not
        refused(gpu().with("CUDA_ON_CPU_MEMORY", "40m"), "memory");
        refused(gpu(), "cpu", "--dtype", "float32");
        refused(gpu().with("CUDA_ON_CPU_TAKEN", "0"), "another process holds the GPU exclusively");
        refused(
                gpu().with("CUDA_ON_CPU_FAIL", "cuDevicePrimaryCtxRetain:1:2"),
                "too little memory is free on the GPU to open it");
        refused(gpu().with("CUDA_ON_CPU_FAIL", "cuInit:1:803"), "restart the machine");
        refused(gpu().with("CUDA_ON_CPU_FAIL", "cuModuleLoadData:1+:209"), "CUDA_ERROR_NO_BINARY_FOR_GPU (209)");
        refused(gpu().with("CUDA_ON_CPU_DEVICES", "2"), "the last is cuda:1", "--device", "cuda:2");
    }

    /** The plan fitted, and the device does not give what was planned: the plan, and what would take less. */
    @Test
    void memoryThatIsGoneMeanwhileIsExplained() {
        var result =
                train(gpu().with("CUDA_ON_CPU_FAIL", "cuMemAlloc_v2:3:2"), folder.resolve("full"), "--device", "cuda");
        assertThat(result.code()).as("%s", result).isEqualTo(2);
        assertThat(result.err())
                .contains("out of GPU memory", "CUDA_ERROR_OUT_OF_MEMORY (2)", "needed", "fits", "--recompute block")
                .doesNotContain("\tat ", "not freed", "this is a bug");
    }

    /** A failure in a graph does not name the kernel; with CUDA_LAUNCH_BLOCKING nothing is recorded. */
    @Test
    void launchedOneByOneAKernelThatFailsIsNamed() {
        var device = gpu().with("CUDA_LAUNCH_BLOCKING", "1").with("CUDA_ON_CPU_FAIL", "cuLaunchKernel:900:700!");
        var result = train(device, folder.resolve("named"), "--device", "cuda", "--max_steps", 20);
        assertThat(result.code()).as("%s", result).isEqualTo(1);
        assertThat(result.err())
                .containsPattern("cuLaunchKernel of \\w+<<<.*CUDA_ERROR_ILLEGAL_ADDRESS \\(700\\)")
                .doesNotContain("graph");
    }

    @Test
    void deviceLostDuringTrainingErrorSaysHowToContinue() {
        var output = folder.resolve("lost");
        var result = train(
                gpu().with("CUDA_ON_CPU_FAIL", "cuGraphLaunch:2:700!"),
                output,
                "--device",
                "cuda",
                "--max_steps",
                4,
                "--save_steps",
                1);
        assertThat(result.code()).as("%s", result).isEqualTo(1);
        var resume = Pattern.compile("--resume_from_checkpoint (\\S+),").matcher(result.err());
        assertThat(resume.find()).as("%s", result).isTrue();
        assertThat(result.err())
                .contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)", "can no longer use the device")
                .doesNotContain("\tat ", "this is a bug");
        var again =
                train(gpu(), output, "--device", "cuda", "--max_steps", 4, "--resume_from_checkpoint", resume.group(1));
        assertThat(again.code()).as("%s", again).isZero();
    }

    @Test
    void secondDeviceIsTakenWhereTheFirstCannotBeUsed() throws IOException {
        var report = folder.resolve("counters");
        var two = gpu().with("CUDA_ON_CPU_DEVICES", "2")
                .with("CUDA_ON_CPU_TAKEN", "0")
                .with("CUDA_ON_CPU_REPORT", report.toString());
        var result = train(two, folder.resolve("second"), "--max_steps", 1);
        assertThat(result.code()).as("%s", result).isZero();
        assertThat(result.err()).contains("cuda:0 is not usable: another process", "using GPU cuda:1 (2 GPUs found)");
        assertThat(Files.readString(report)).contains("launches on device 1").doesNotContain("on device 0");
        var none =
                train(gpu().with("CUDA_ON_CPU_FAIL", "cuStreamCreate:1:999"), folder.resolve("none"), "--max_steps", 1);
        assertThat(none.code()).as("%s", none).isZero();
        assertThat(none.err()).contains("--device auto: using the CPU: cuStreamCreate", "CUDA_ERROR_UNKNOWN (999)");
        var doctor = two.run("doctor");
        assertThat(doctor.out()).contains("another process holds the GPU", "runs on cuda:1", "JCublas", "kernels: ");
    }

    private static void refused(Program program, String why, Object... more) {
        var words = new ArrayList<Object>(List.of("--device", "cuda", "--max_steps", 1));
        words.addAll(Arrays.asList(more));
        var output = folder.resolve("refused");
        var result = train(program, output, words.toArray());
        assertThat(result.code()).as("%s", result).isEqualTo(2);
        assertThat(result.err())
                .as("%s", result)
                .startsWith("halftune: ")
                .containsIgnoringCase(why)
                .contains("  fix  ");
        assertThat(result.err()).doesNotContain("\tat ");
        assertThat(output.resolve("model.safetensors")).doesNotExist();
    }
}
