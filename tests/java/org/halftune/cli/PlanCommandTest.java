package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.halftune.console.Terminal;
import org.halftune.files.StrictJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code halftune plan}, on a machine without a GPU. */
class PlanCommandTest {
    private static final String MODEL = "tests/resources/org/halftune/plan/llama-3.2-1b";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int plan(String... words) {
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                100);
        return Main.run(Stream.concat(Stream.of("plan"), Arrays.stream(words)).toList(), terminal, false);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void planFitsTheTerminal() {
        assertThat(plan(MODEL, "--gpu", "h100", "--max_length", "2048", "--per_device_train_batch_size", "4"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out())
                .startsWith("Prediction for ")
                .contains("NVIDIA H100 SXM5", "8,192 tokens, 4 rows of 2,048", "total, --recompute block")
                .contains("tokens/s", "attention_forward_64", "adamw_f32", "Times are predictions");
        assertThat(out().lines()).allMatch(line -> line.length() <= 100);
    }

    /** A copy of the gradients for each of seven memories: half for half fine-tuning. */
    @Test
    void memoriesOfEarlierTasksAreInThePlan() throws IOException {
        assertThat(plan(
                        MODEL,
                        "--gpu",
                        "h100",
                        "--max_length",
                        "512",
                        "--per_device_train_batch_size",
                        "4",
                        "--freeze_embeddings",
                        "true",
                        "--gem_tasks",
                        "8",
                        "--gem_batch",
                        "2",
                        "--output_dir",
                        folder.toString()))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out())
                .contains("9,216 tokens, 4 rows of 512 tokens, and 2 rows of each of 7 memories (GEM, task 8)")
                .contains("episodic", "gradient_products_partial", "gradient_add");
        var json = StrictJson.read(folder.resolve("plan.json"));
        assertThat(json.get("gem_tasks").asInt()).isEqualTo(8);
        assertThat(json.get("gem_batch").asInt()).isEqualTo(2);
        for (var method : List.of("fft", "hft")) {
            var bytes = json.get("methods").get(method).get("memory_bytes").get("none");
            assertThat(bytes.get("episodic").asLong())
                    .isEqualTo(7 * bytes.get("gradients").asLong());
        }
    }

    @Test
    void configFileIsEnoughAndPlanJsonHasAllNumbers() throws IOException {
        assertThat(plan(
                        MODEL + "/config.json",
                        "--gpu",
                        "a100",
                        "--max_length",
                        "512",
                        "--output_dir",
                        folder.toString()))
                .isZero();
        var json = StrictJson.read(folder.resolve("plan.json"));
        assertThat(json.get("prediction").asBoolean()).isTrue();
        for (var method : List.of("fft", "hft")) {
            var forecast = json.get("methods").get(method);
            assertThat(forecast.get("recompute").asString()).isEqualTo("none");
            assertThat(forecast.get("memory_bytes").get("none").get("weights").asLong())
                    .isGreaterThan(2_470_000_000L);
            assertThat(forecast.get("step").get("seconds").asDouble()).isBetween(0.01, 10.0);
            assertThat(forecast.get("step").get("graph_launches").asLong()).isEqualTo(1);
        }
    }

    private JsonNode plannedJson(String... words) {
        var all = Stream.concat(
                        Stream.of(MODEL, "--gpu", "h100", "--max_length", "256", "--output_dir", folder.toString()),
                        Arrays.stream(words))
                .toArray(String[]::new);
        assertThat(plan(all)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return StrictJson.read(folder.resolve("plan.json"));
    }

    private static long reference(JsonNode json, String method) {
        return json.get("methods")
                .get(method)
                .get("memory_bytes")
                .get("none")
                .get("reference")
                .asLong();
    }

    /** Two sequences a pair, a copy of what learns, and one more forward pass in each step. */
    @Test
    void preferencesArePlannedWithTheirReference() {
        var supervised = plannedJson("--per_device_train_batch_size", "8");
        assertThat(out())
                .contains("2,048 tokens, 8 rows of 256 tokens, without")
                .doesNotContain("reference");
        var shared = plannedJson("--dpo", "--per_device_train_batch_size", "4");
        assertThat(out())
                .contains("2,048 tokens, 4 pairs of 2 × 256 tokens (DPO, the reference is the base model)")
                .contains("step time of the reference, ms", "1 × 4 pairs ", "--precompute_ref_log_probs");
        assertThat(out().lines()).allMatch(line -> line.length() <= 100);
        var precomputed = plannedJson("--dpo", "--precompute_ref_log_probs", "--per_device_train_batch_size", "4");
        var other = plannedJson(
                "--dpo", "--ref_model_name_or_path", MODEL + "/config.json", "--per_device_train_batch_size", "4");
        assertThat(shared.get("dpo_reference").asString()).isEqualTo("shared");
        for (var method : List.of("fft", "hft")) {
            var bytes = shared.get("methods").get(method).get("memory_bytes").get("none");
            assertThat(reference(shared, method))
                    .as("bf16, beside gradients in fp32")
                    .isBetween(
                            bytes.get("gradients").asLong() / 2,
                            bytes.get("gradients").asLong() / 2 + (1L << 20));
            assertThat(reference(precomputed, method)).isZero();
            assertThat(reference(other, method)).isEqualTo(reference(other, "fft"));
            assertThat(reference(supervised, method)).isZero();

            var step = shared.get("methods").get(method).get("step");
            double seconds = step.get("seconds").asDouble(),
                    pass = step.get("reference_seconds").asDouble();
            assertThat(seconds - pass)
                    .isCloseTo(
                            precomputed
                                    .get("methods")
                                    .get(method)
                                    .get("step")
                                    .get("seconds")
                                    .asDouble(),
                            within(1e-12));
            assertThat(pass)
                    .isCloseTo(
                            step.get("seconds_by_phase").get("forward").asDouble() / 2,
                            withinPercentage(30)); // the head runs twice for the model, once for the reference
            assertThat(precomputed.get("methods").get(method).get("step").has("reference_seconds"))
                    .isFalse();
        }
        double ofBatch = 4 * precomputed.get("precompute_seconds_per_pair").asDouble();
        assertThat(ofBatch)
                .isCloseTo(
                        shared.get("methods")
                                .get("fft")
                                .get("step")
                                .get("reference_seconds")
                                .asDouble(),
                        withinPercentage(30));
    }

    @Test
    void recipeOfPreferencesIsPlannedAsOne() throws IOException {
        var recipe = Files.writeString(
                folder.resolve("dpo.yaml"),
                "model_name_or_path: " + MODEL + "\nbeta: 0.1\nmax_length: 128\nf_divergence_type: reverse_kl\n");
        assertThat(plan("--config", recipe.toString(), "--gpu", "h100"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out()).contains("8 pairs of 2 × 128 tokens (DPO, the reference is the base model)");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("ignored beta: 0.1");
    }

    /** A plan needs no rows, and does not write into the folder of the training that the recipe describes. */
    @Test
    void recipeOfTrlWithARemoteDatasetIsPlanned() throws IOException {
        var recipe = Files.writeString(
                folder.resolve("sft.yaml"),
                "model_name_or_path: " + MODEL
                        + "\ndataset_name: trl-lib/Capybara\ndataset_config: en\nstreaming: true\n"
                        + "max_length: 128\noutput_dir: " + folder.resolve("training") + "\n");
        assertThat(plan("--config", recipe.toString(), "--gpu", "h100"))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(err.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " "))
                .contains(
                        "ignored dataset_name: trl-lib/Capybara, dataset_config: en, streaming: true (halftune plan reads no rows)")
                .contains("it is the training's folder");
        assertThat(folder.resolve("training")).doesNotExist();
        assertThat(plan("--config", recipe.toString(), "--gpu", "h100", "--output_dir", folder + "/plan"))
                .isZero();
        assertThat(folder.resolve("plan/plan.json")).exists();
    }

    @Test
    void preferencesOnTheCpuHaveMemoryOnly() {
        assertThat(plan(MODEL, "--device", "cpu", "--dpo", "--max_length", "128"))
                .isZero();
        assertThat(out())
                .contains("8 pairs of 2 × 128 tokens", "\nreference ", "Step time is not predicted")
                .doesNotContain("tokens/s", "1,000 pairs");
    }

    /** If nothing fits, the smallest plan is printed with a note, instead of an error. */
    @Test
    void planSaysWhatDoesNotFit() {
        assertThat(plan(MODEL, "--gpu", "rtx4090", "--max_length", "2048", "--per_device_train_batch_size", "16"))
                .isZero();
        assertThat(out()).contains("  missing", "FFT: does not fit");
    }

    @Test
    void gpuIsAssumedWithANoteIfThereIsNone() {
        assertThat(plan(MODEL, "--max_length", "128", "--per_device_train_batch_size", "1"))
                .isZero();
        assertThat(out().replace('\n', ' '))
                .contains("This machine has no usable GPU", "the plan is for an NVIDIA H100 SXM5 80 GB");
    }

    @Test
    void methodsAreComparedInTheSameMemory() throws IOException {
        assertThat(plan(
                        MODEL,
                        "--gpu",
                        "h200",
                        "--max_length",
                        "2048",
                        "--per_device_train_batch_size",
                        "4",
                        "--memory",
                        "24GB,40GiB,16 GB",
                        "--output_dir",
                        folder.toString()))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out())
                .contains("At equal memory, with the fastest", "24 GB", "40 GiB", "time/FFT", "HFT, embeddings frozen")
                .contains("Measured on an NVIDIA H200", "does not fit", "≥ ")
                .doesNotContain("where the time goes", "use one of these");
        assertThat(out().lines()).allMatch(line -> line.length() <= 100);
        var rows = StrictJson.read(folder.resolve("plan.json")).get("equal_memory");
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).get("budget_bytes").asLong()).isEqualTo(24_000_000_000L);
        var half = rows.get(0).get("methods").get("hft");
        assertThat(half.get("recompute").asString()).isEqualTo("none");
        assertThat(half.get("bytes").asLong()).isLessThan(24_000_000_000L);
        assertThat(half.get("time_against_fft").asDouble()).isLessThan(0.8);
        var small = rows.get(2).get("methods");
        assertThat(small.get("fft").get("fits").asBoolean()).isFalse();
        assertThat(small.get("hft_embeddings_frozen").get("fits").asBoolean()).isTrue();
    }

    @Test
    void amountThatIsTooSmallListsOptions() {
        assertThat(plan(MODEL, "--gpu", "h200", "--max_length", "2048", "--memory", "8GiB"))
                .isZero();
        assertThat(out())
                .contains("HFT needs at least ", " more than the budget of 8.00 GiB", "use one of these")
                .contains("--moments_dtype bfloat16", "--freeze_embeddings");
    }

    @Test
    void noteSaysWhoseRatesTheCardsUse() {
        assertThat(plan(MODEL, "--gpu", "rtx4090", "--max_length", "512", "--memory", "cards"))
                .isZero();
        assertThat(out().replace('\n', ' '))
                .contains(
                        "8 GB",
                        "141 GB",
                        "All times are those of an NVIDIA GeForce RTX 4090",
                        "Nothing was measured on this kind of GPU")
                .doesNotContain("use one of these");
    }

    @Test
    void cardSizesAreBelowTheDevicesPlan() {
        assertThat(plan(MODEL, "--gpu", "h200", "--max_length", "2048", "--per_device_train_batch_size", "4"))
                .isZero();
        assertThat(out())
                .containsSubsequence(
                        "Memory in GB", "Step\n", "where the time goes", "At equal memory, with the fastest")
                .containsSubsequence("8 GB", "12 GB", "16 GB", "24 GB", "0.735", "40 GB", "48 GB", "80 GB", "141 GB");
    }

    @Test
    void cpuPlanAtEqualMemoryHasNoTimes() {
        assertThat(plan(MODEL, "--device", "cpu", "--max_length", "128", "--memory", "auto,32GiB"))
                .isZero();
        assertThat(out()).contains("At equal memory, with the fastest", "32 GiB", "cheap");
    }

    @Test
    void cpuPlanHasMemoryOnly() {
        assertThat(plan(MODEL, "--device", "cpu", "--max_length", "128")).isZero();
        assertThat(out()).contains("on the CPU", "Step time is not predicted").doesNotContain("tokens/s");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " | --model_name_or_path is missing | halftune plan FOLDER",
                "nowhere | the model folder does not exist | config.json",
                "MODEL --gpu tpu | --gpu tpu is not possible | choose from h100",
                "MODEL --gpu l4 | --gpu l4 is not possible | --memory 24GB",
                "MODEL --gpu h100 --device cpu | --device cpu and --gpu cannot be combined | leave one",
                "MODEL --gpu h100 --max_length 200000 | more than the model's 131,072 positions | at most",
                "MODEL --gpu h100 --per_device_train_batch_size 0 | per_device_train_batch_size | at least 1",
                "MODEL --gpu h100 --max_length 131072 --per_device_train_batch_size 9000 | too many for one batch | lower",
                "MODEL --gpu h100 --memory 24 | --memory 24 is not possible | 24GiB",
                "MODEL --gpu h100 --memory 24GiB,much | --memory much is not possible | auto",
                "MODEL --gpu h100 --gem_tasks 1 | --gem_tasks 1 gives no memory | at least 2",
                "MODEL --gpu h100 --gem_batch 4 | --gem_batch has no effect | add --gem_tasks",
                "MODEL --gpu h100 --gem_tasks 3 --gem_batch 0 | --gem_batch 0 is below 1 | number of rows",
                "MODEL --gpu h100 --precompute_ref_log_probs | no effect: it is for --dpo | add --dpo",
                "MODEL --gpu h100 --ref_model_name_or_path x | no effect: it is for --dpo | add --dpo",
                "MODEL --gpu h100 --dpo --gem_tasks 3 | --dpo and --gem_tasks cannot be combined | leave one",
                "MODEL --gpu h100 --dpo --ref_model_name_or_path nowhere | the model folder does not exist | config.json",
                "MODEL --gpu h100 --dpo --ref_model_name_or_path models/world-4m | embed_tokens.weight is [2048, 256], in"
                        + " the model [128256, 2048] | same architecture",
                "MODEL --gpu h100 --dpo --max_length 131072 --per_device_train_batch_size 3000 | 3,000 pairs of 2 × 131,072"
                        + " tokens are too many for one batch | lower",
                "MODEL --device cuda | CUDA | --device cpu"
            })
    void badInputIsExplained(String line, String what, String fix) {
        var words = line == null ? new String[0] : line.replace("MODEL", MODEL).split(" ", -1);
        assertThat(plan(words)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("halftune: ")
                .contains(what, fix);
    }
}
