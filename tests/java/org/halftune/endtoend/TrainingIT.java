package org.halftune.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.halftune.Fixtures;
import org.halftune.endtoend.Program.Result;
import org.halftune.files.StrictJson;
import org.halftune.pretrained.PretrainedFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training by the packaged program: what it leaves behind, and how it goes on after it was stopped. */
class TrainingIT {
    private static final String WEIGHTS = "model.safetensors";
    private static final Path BASE = Fixtures.model("mha-untied");
    private static final int VOCABULARY = 320;
    private static final int STEPS = 30;

    @TempDir
    static Path folder;

    private static Path rows;
    private static Path whole;
    private static Result wholeRun;

    /** One uninterrupted run, which others are compared with. */
    @BeforeAll
    static void trainWithoutInterruption() throws IOException {
        rows = writeRows(folder.resolve("rows.jsonl"));
        whole = folder.resolve("whole");
        wholeRun = train(whole, "--max_steps", STEPS, "--save_steps", 10, "--logging_steps", 5);
        assertThat(wholeRun.code()).as("%s", wholeRun).isZero();
    }

    @Test
    void runPrintsProgressAndWritesModelCheckpointsAndMetrics() throws IOException {
        assertThat(wholeRun.out()).contains("trains", "steps     30", "step    30", "saved", "model: " + whole);
        assertThat(wholeRun.err()).isEmpty();
        assertThat(names(whole))
                .contains(
                        WEIGHTS,
                        "config.json",
                        "generation_config.json",
                        "selection.json",
                        "metrics.jsonl",
                        "report.html",
                        "checkpoint-10",
                        "checkpoint-20",
                        "checkpoint-30");
        assertThat(names(whole)).noneMatch(name -> name.startsWith("."));
        assertThat(Files.readAllLines(whole.resolve("metrics.jsonl"))).hasSize(STEPS / 5 + 1);
    }

    @Test
    void resumedRunEqualsUninterruptedOne() throws IOException {
        var resumed = folder.resolve("resumed");
        var result = train(
                resumed,
                "--max_steps",
                STEPS,
                "--save_strategy",
                "no",
                "--logging_steps",
                5,
                "--resume_from_checkpoint",
                whole.resolve("checkpoint-10"));

        assertThat(result.code()).as("%s", result).isZero();
        assertThat(result.out()).contains("resumes", "after step 10");
        assertThat(Files.mismatch(resumed.resolve(WEIGHTS), whole.resolve(WEIGHTS)))
                .isEqualTo(-1);
        assertThat(Files.readString(resumed.resolve("selection.json")))
                .isEqualTo(Files.readString(whole.resolve("selection.json")));
    }

    @Test
    void rowsOfTokenIdsAreEvaluatedWithoutATokenizer() {
        var result = Program.halftune("eval", whole, "--eval_file", rows);
        assertThat(result.code()).as("%s", result).isZero();
        assertThat(result.out()).contains("perplexity", "rows.jsonl");
    }

    @Test
    void frozenMatricesKeepTheirBits() {
        var trainable = trainable(whole.resolve("selection.json"));
        var changed = changed(whole);
        assertThat(trainable).isNotEmpty();
        assertThat(changed).isEqualTo(trainable); // none but these, and every one of these
    }

    @Test
    void controlCSavesAndTheRunCanBeResumed() throws IOException {
        var steps = 250;
        var calm = folder.resolve("calm");
        assertThat(train(calm, "--max_steps", steps, "--save_strategy", "no").code())
                .isZero();

        var stopped = folder.resolve("stopped");
        Result interrupted;
        try (var running = new Program()
                .start(words(stopped, "--max_steps", steps, "--save_strategy", "no", "--logging_steps", 1))) {
            running.awaitOutput("step     3");
            running.signal(interruptsAreIgnored() ? "TERM" : "INT");
            interrupted = running.result();
        }
        assertThat(interrupted.code()).as("%s", interrupted).isEqualTo(130);
        assertThat(interrupted.out())
                .contains(
                        "stopping after this step",
                        "to continue, repeat the command with --resume_from_checkpoint " + stopped);
        assertThat(names(stopped)).noneMatch(name -> name.startsWith(".") || name.equals(WEIGHTS));
        var checkpoint = names(stopped).stream()
                .filter(name -> name.startsWith("checkpoint-"))
                .toList();
        assertThat(checkpoint).hasSize(1);
        System.out.println("Ctrl-C left " + checkpoint);

        var resumed = train(stopped, "--max_steps", steps, "--save_strategy", "no", "--resume_from_checkpoint", "true");
        assertThat(resumed.code()).as("%s", resumed).isZero();
        assertThat(Files.mismatch(stopped.resolve(WEIGHTS), calm.resolve(WEIGHTS)))
                .isEqualTo(-1);
    }

    /** A step of 200 batches takes long enough for the second one to come within it. */
    @Test
    void secondControlCWithinAStepEndsImmediately() throws IOException {
        var ended = folder.resolve("ended");
        var many = Files.writeString(
                folder.resolve("many.jsonl"), Files.readString(rows).repeat(20));
        String signal = interruptsAreIgnored() ? "TERM" : "INT";
        Object[] words = Stream.of(words(ended, "--gradient_accumulation_steps", 200, "--logging_steps", 1))
                .map(word -> word.equals(rows) ? many : word)
                .toArray();
        try (var running = new Program().start(words)) {
            running.awaitOutput("step     1");
            running.signal(signal);
            running.awaitOutput("interrupt again to stop immediately");
            running.signal(signal);
            var result = running.result();
            assertThat(result.code()).as("%s", result).isEqualTo(signal.equals("INT") ? 130 : 143);
            assertThat(result.err()).isEmpty();
            assertThat(result.out()).doesNotContain("Exception", "Unhandled", "stopped after");
        }
        // The lock that is left stops no other run.
        var again = train(ended, "--max_steps", 2, "--overwrite_output_dir");
        assertThat(again.code()).as("%s", again).isZero();
        assertThat(names(ended)).noneMatch(name -> name.startsWith("."));
    }

    @Test
    void resumingFinishedRunReportsItComplete() throws IOException {
        var metrics = Files.readString(whole.resolve("metrics.jsonl"));
        var result = train(
                whole,
                "--max_steps",
                STEPS,
                "--save_steps",
                10,
                "--logging_steps",
                5,
                "--resume_from_checkpoint",
                "true");
        assertThat(result.code()).as("%s", result).isZero();
        assertThat(result.out()).contains("this run is already complete: it has done 30 steps");
        assertThat(Files.readString(whole.resolve("metrics.jsonl"))).isEqualTo(metrics);
    }

    @Test
    void selectionFileDeterminesWhatIsTrained() {
        var selected = folder.resolve("selected");
        var select = Program.halftune("select", BASE, "--hft_ratio", 0.25, "--seed", 7, "--output_dir", selected);
        assertThat(select.code()).as("%s", select).isZero();
        assertThat(select.out()).contains("wrote " + selected.resolve("selection.json"));

        var output = folder.resolve("obedient");
        var result = train(output, "--max_steps", 2, "--selection", selected.resolve("selection.json"));
        assertThat(result.code()).as("%s", result).isZero();
        assertThat(trainable(output.resolve("selection.json")))
                .isEqualTo(trainable(selected.resolve("selection.json")))
                .isEqualTo(changed(output));
    }

    @Test
    void fullFineTuningChangesEverything() {
        var output = folder.resolve("full");
        var result = train(output, "--max_steps", 2, "--method", "fft", "--save_strategy", "no");
        assertThat(result.code()).as("%s", result).isZero();
        try (var base = PretrainedFolder.open(BASE)) {
            assertThat(changed(output))
                    .hasSameSizeAs(base.tensors())
                    .isEqualTo(trainable(output.resolve("selection.json")));
        }
    }

    private static Result train(Path output, Object... more) {
        return Program.halftune(words(output, more));
    }

    private static Object[] words(Path output, Object... more) {
        Object[] common = {
            "train",
            "--device",
            "cpu",
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
            1
        };
        return Stream.of(common, more).flatMap(Arrays::stream).toArray();
    }

    /** Rows of token ids: the model needs no tokenizer. */
    private static Path writeRows(Path file) throws IOException {
        var random = new Random(5);
        var lines = IntStream.range(0, 50).mapToObj(_ -> {
            var ids = random.ints(8 + random.nextInt(24), 0, VOCABULARY).boxed().toList();
            return "{\"input_ids\": " + ids + ", \"labels\": " + ids + "}";
        });
        return Files.write(file, lines.toList());
    }

    /** Ctrl-C may be ignored in this process, as shells arrange for background jobs. */
    private static boolean interruptsAreIgnored() throws IOException {
        var status = Path.of("/proc/self/status");
        if (!Files.exists(status)) return false;
        var ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElse(0L);
        return (ignored & 2) != 0;
    }

    private static Set<String> trainable(Path selection) {
        var names = new TreeSet<String>();
        StrictJson.read(selection).get("trainable").forEach(name -> names.add(name.stringValue()));
        return names;
    }

    /** Names of the tensors that differ, in any bit, from the base model's. */
    private static Set<String> changed(Path model) {
        var changed = new TreeSet<String>();
        try (var before = PretrainedFolder.open(BASE);
                var after = PretrainedFolder.open(model)) {
            for (var tensor : before.tensors()) {
                var name = tensor.name();
                assertThat(after.tensor(name)).isEqualTo(tensor);
                var old = before.source().get(name).data();
                if (old.mismatch(after.source().get(name).data()) >= 0) changed.add(name);
            }
        }
        return changed;
    }

    private static Set<String> names(Path directory) throws IOException {
        var names = new HashSet<String>();
        try (var files = Files.list(directory)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }
}
