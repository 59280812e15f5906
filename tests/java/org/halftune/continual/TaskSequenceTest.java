package org.halftune.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskSequenceTest {
    @TempDir
    private Path folder;

    private void files(String task, String... names) throws IOException {
        Files.createDirectories(folder.resolve(task));
        for (String name : names) Files.writeString(folder.resolve(task).resolve(name), "{}\n");
    }

    private List<String> names(String... order) {
        return TaskSequence.read(folder, List.of(order)).tasks().stream()
                .map(ContinualTask::name)
                .toList();
    }

    private InputError error(String... order) {
        return catchThrowableOfType(InputError.class, () -> TaskSequence.read(folder, List.of(order)));
    }

    private InputError error(Path file) {
        return catchThrowableOfType(InputError.class, () -> TaskSequence.read(file, List.of()));
    }

    @Test
    void foldersAreLearnedByNameUnlessAnOrderIsGiven() throws IOException {
        for (String task : List.of("moods", "island", "zumi")) files(task, "train.jsonl", "test.jsonl");
        files("notes", "readme.md");
        assertThat(names()).containsExactly("island", "moods", "zumi");
        assertThat(TaskSequence.read(folder, List.of()).notices())
                .containsExactly("no task: notes has no train and test file");
        assertThat(names("zumi", "island")).containsExactly("zumi", "island");
        assertThat(TaskSequence.read(folder, List.of("zumi", "island")).notices())
                .containsExactly("not in --order, left out: moods");
    }

    @Test
    void foldersOfTraceAreLearnedInItsOrder() throws IOException {
        for (String task : List.of("20Minuten", "C-STANCE", "FOMC", "NumGLUE-cm", "NumGLUE-ds", "Py150", "ScienceQA")) {
            files(task, "train.json", "eval.json", "test.json");
        }
        files("MeetingBank", "eval.json", "test.json");
        files("Lima", "train.json", "eval.json", "test.json");
        assertThat(names())
                .containsExactly(
                        "C-STANCE",
                        "FOMC",
                        "MeetingBank",
                        "Py150",
                        "ScienceQA",
                        "NumGLUE-cm",
                        "NumGLUE-ds",
                        "20Minuten");
        var sequence = TaskSequence.read(folder, List.of());
        assertThat(sequence.tasks().get(2).trainFile()).hasFileName("eval.json");
        assertThat(sequence.notices())
                .containsExactly(
                        "no task: Lima is TRACE's data for replay; its test rows have no answers",
                        "task MeetingBank: there is no train file; it trains on eval.json");
    }

    @Test
    void tasksOfPreferencePairsAreLeftOutOfAFolderAndRefusedByName() throws IOException {
        for (String task : List.of("island", "island-pairs")) files(task, "train.jsonl", "test.jsonl");
        String pair = "{\"prompt\": \"a\", \"chosen\": \" b\", \"rejected\": \" c\"}\n";
        for (String file : List.of("train.jsonl", "test.jsonl")) {
            Files.writeString(folder.resolve("island-pairs").resolve(file), pair);
        }
        assertThat(names()).containsExactly("island");
        assertThat(TaskSequence.read(folder, List.of()).notices())
                .containsExactly("island-pairs: preference pairs, not a task of continual");
        assertThat(names("island")).containsExactly("island");
        var listed = list("tasks:\n  - {name: island-pairs, train_file: island-pairs/train.jsonl,"
                + " test_file: island-pairs/test.jsonl}\n");
        for (var refused : List.of(error("island", "island-pairs"), error(listed))) {
            assertThat(refused.what())
                    .isEqualTo("the task island-pairs has preference pairs, which continual does not train on");
            assertThat(refused.where()).endsWith("island-pairs/train.jsonl");
            assertThat(refused.fix()).contains("halftune dpo", "halftune study with stage: dpo");
        }
    }

    @Test
    void taskThatWasNotAskedForNeedsNoFiles() throws IOException {
        files("whole", "train.jsonl", "test.jsonl");
        files("half", "test.jsonl");
        assertThat(names("whole")).containsExactly("whole");
        assertThat(error().what()).isEqualTo("the task half has no train file");
    }

    @Test
    void whatIsMissingOrDoubleIsNamed() throws IOException {
        assertThat(error().what()).isEqualTo("the folder has no task");
        files("island", "train.jsonl");
        assertThat(error().what()).isEqualTo("the task island has no test file");
        files("island", "test.jsonl", "test.json");
        assertThat(error().what()).isEqualTo("the task has two test files: test.json and test.jsonl");
        Files.delete(folder.resolve("island/test.json"));
        var unknown = error("island", "islnd");
        assertThat(unknown.what()).isEqualTo("--order names islnd, but there is no such task");
        assertThat(unknown.fix()).isEqualTo("did you mean island?");
        assertThat(error("island", "island").what()).isEqualTo("--order names island twice");
        assertThat(error(folder.resolve("nothing")).what()).isEqualTo("the tasks do not exist");
    }

    private Path list(String text) throws IOException {
        return Files.writeString(folder.resolve("tasks.yaml"), text);
    }

    @Test
    void listNamesFilesMetricsAndSettings() throws IOException {
        files("data", "a.jsonl", "b.jsonl", "score.yaml");
        var tasks = TaskSequence.read(list("""
                                tasks:
                                  - name: letters
                                    train_file: data/a.jsonl
                                    test_file: data/b.jsonl
                                    metric: data/score.yaml
                                    learning_rate: 2e-5
                                    max_steps: 7
                                  - {name: words, train_file: data/b.jsonl, test_file: data/a.jsonl, num_train_epochs: 0.5}
                                """), List.of()).tasks();
        var letters = tasks.getFirst();
        assertThat(letters.trainFile()).isEqualTo(folder.resolve("data/a.jsonl"));
        assertThat(letters.metric()).hasValue(folder.resolve("data/score.yaml").toString());
        assertThat(letters.settings().learningRate()).hasValue(2e-5);
        assertThat(letters.settings().maxSteps()).hasValue(7);
        assertThat(letters.settings().epochs()).isEmpty();
        assertThat(tasks.getLast().settings().epochs()).hasValue(0.5);
        assertThat(tasks.getLast().metric()).isEmpty();
    }

    @Test
    void listWithAMistakeIsRefusedWithItsLine() throws IOException {
        files("data", "a.jsonl");
        String task = "{name: a, train_file: data/a.jsonl, test_file: data/a.jsonl}";
        assertThat(error(list("tasks:\n  - " + task + "\n  - " + task + "\n")).what())
                .isEqualTo("two tasks have the name a");
        assertThat(error(list("tasks:\n  - " + task.replace("name: a", "name: A b") + "\n  - "
                                + task.replace("name: a", "name: a-b") + "\n"))
                        .what())
                .isEqualTo("the tasks A b and a-b would have the same output folder");
        assertThat(error(list("tasks: []\n")).what()).isEqualTo("the file lists no task");
        var unknown = error(list("tasks:\n  - name: a\n    train_fil: x\n"));
        assertThat(unknown.what()).isEqualTo("a task has no key train_fil");
        assertThat(unknown.where()).endsWith("tasks.yaml, line 3");
        assertThat(unknown.fix()).isEqualTo("did you mean train_file?");
        assertThat(error(list("tasks:\n  - {name: a, train_file: data/a.jsonl}\n"))
                        .what())
                .isEqualTo("task 1 (a) has no test_file");
        assertThat(error(list("tasks:\n  - {name: a, train_file: data/z.jsonl, test_file: data/a.jsonl}\n"))
                        .what())
                .isEqualTo("the file data/z.jsonl of a task does not exist");
        assertThat(error(list("tasks:\n  - " + task.replace("}", ", max_steps: 0}") + "\n"))
                        .what())
                .isEqualTo("max_steps 0 is not a number above 0");
        assertThat(error(list("tasks:\n  - " + task.replace("}", ", max_steps: 3, num_train_epochs: 1}") + "\n"))
                        .what())
                .isEqualTo("the task a has num_train_epochs and max_steps");
    }
}
