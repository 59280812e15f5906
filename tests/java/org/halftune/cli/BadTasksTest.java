package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.halftune.TinyModel;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Tasks of {@code continual} that cannot be used: found before anything is written. */
class BadTasksTest extends BadInput {
    private static final String RUN =
            "continual --model_name_or_path {}/text-model --tasks {}/tasks --output_dir {}/out "
                    + "--max_steps 1 --device cpu ";

    private static void task(Path folder, String name, String train, String test) throws IOException {
        var task = Files.createDirectories(folder.resolve("tasks").resolve(name));
        Files.writeString(task.resolve("train.jsonl"), train);
        Files.writeString(task.resolve("test.jsonl"), test);
    }

    private static String row(String answer) {
        return "{\"prompt\": \"What?\", \"completion\": \"" + answer + "\"}\n";
    }

    private void second(String name, String train, String test, String... expected) {
        bad(
                name,
                folder -> {
                    task(folder, "a", row("yes"), row("yes"));
                    task(folder, "b", train, test);
                },
                RUN,
                expected);
    }

    @TestFactory
    Stream<DynamicTest> badTasks() {
        bad("no tasks", _ -> {}, RUN, "the tasks do not exist");
        bad("no task in the folder", folder -> Files.createDirectories(folder.resolve("tasks")), RUN, "has no task");
        second("an empty training file", "", row("yes"), "task b: ", "is empty", "train.jsonl");
        second("an empty test file", row("yes"), "", "task b: ", "is empty", "test.jsonl");
        second("no answers", row("yes"), row("").repeat(2), "the test rows of task b have no answers");
        second("a row without an answer", row("yes"), row("yes") + row(""), "1 of 2 test rows of task b");
        second("texts to be scored", row("yes"), "{\"text\": \"abc\"}\n", "task b have no answers");
        second("a bad row in the last task", row("yes") + "7\n", row("yes"), "task b: ", "train.jsonl, line 2");
        second(
                "a prompt longer than the model",
                row("yes"),
                row("yes").replace("What", "What ".repeat(80)),
                "no prompt of task b leaves a position");
        bad(
                "an unknown name in the order",
                folder -> task(folder, "a", row("yes"), row("yes")),
                RUN + "--order a,c",
                "--order names c, but there is no such task",
                "did you mean a?");
        bad(
                "epochs for another number of tasks",
                folder -> task(folder, "a", row("yes"), row("yes")),
                RUN.replace("--max_steps 1", "") + "--num_train_epochs 1,2",
                "--num_train_epochs has 2 numbers for 1 task");
        bad(
                "nothing to continue",
                folder -> task(folder, "a", row("yes"), row("yes")),
                RUN + "--resume_from_checkpoint true",
                "has no run to continue");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> flagsWithoutEffect() {
        for (String flag :
                new String[] {"--replay_memory 5", "--replay_share 0.5", "--gem_memory 5", "--gem_batch 2"}) {
            bad(
                    flag,
                    folder -> task(folder, "a", row("yes"), row("yes")),
                    RUN + flag,
                    flag.split(" ")[0] + " has no effect");
        }
        bad(
                "importance",
                folder -> task(folder, "a", row("yes"), row("yes")),
                RUN + "--hft_strategy importance --importance_file {}/rows.jsonl",
                "--hft_strategy importance is not possible here");
        bad("--hft_round 3", folder -> task(folder, "a", row("yes"), row("yes")), RUN + "--hft_round 3", "hft_round");
        bad(
                "a memory of half a row",
                folder -> task(folder, "a", row("yes"), row("yes")),
                RUN + "--continual_method replay --replay_memory 1.5",
                "--replay_memory 1.5 is out of range");
        return tests.stream();
    }

    @Test
    void singleTaskIsScoredAndSaysThatBackwardTransferIsNotDefined() throws IOException {
        TinyModel.write(temporary.resolve("text-model"));
        task(temporary, "a", row("yes"), row("yes"));
        assertThat(run(RUN, temporary)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("round 1 of 1: a", "exact_match", "OP   ", "BWT  is not defined for a single task");
        assertThat(run(RUN + "--resume_from_checkpoint true", temporary)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("nothing was changed");
    }
}
