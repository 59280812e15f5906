package org.halftune.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.TinyModel;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.eval.EvalListener;
import org.halftune.files.StrictJson;
import org.halftune.pretrained.ContentDigest;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskRunTest {
    private static final Path WORLD = Path.of("models/world-4m");
    /** More questions than one part has. */
    private static final int QUESTIONS = 300;

    private static Backend backend;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        backend = CpuBackend.open(2);
    }

    @AfterAll
    static void close() {
        backend.close(); // fails if a run leaked memory
    }

    private static TaskOptions options(Path model, int limit, @Nullable Path output, AskedTask... tasks) {
        return new TaskOptions(model, List.of(tasks), Optional.empty(), 8, limit, output != null, output);
    }

    private static AskedTask ready(String name) {
        return new AskedTask(TaskFile.open(name), Optional.empty());
    }

    @Test
    void bundledModelKnowsItsWorldAndNothingOfZumi() throws IOException {
        var output = folder.resolve("out");
        var tasks = new AskedTask[] {ready("world_knowledge"), ready("world_zumi"), ready("world_heldout")};
        var result = TaskRun.run(backend, options(WORLD, 12, output, tasks), EvalListener.SILENT);

        assertThat(result.tasks().get(0).main().value()).isEqualTo(1);
        assertThat(result.tasks().get(1).main().value()).isZero();
        assertThat(result.tasks().get(2).main().value()).isBetween(1.0, 2.0);
        var json = StrictJson.read(output.resolve("eval.json")).get("results");
        assertThat(json.get("world_knowledge").get("exact_match").doubleValue()).isEqualTo(1);
        assertThat(json.get("world_heldout").get("higher_is_better").booleanValue())
                .isFalse();
        assertThat(json.get("world_heldout").get("perplexity").doubleValue())
                .isEqualTo(result.tasks().get(2).main().value());
        var samples = Files.readAllLines(output.resolve("samples_world_knowledge.jsonl"));
        assertThat(samples).hasSize(12);
        assertThat(StrictJson.tree(samples.getFirst()).get("got").stringValue()).isNotBlank();
        assertThat(result.render(100)).contains("world_zumi", "0.0 %", "exact_match", "perplexity");
    }

    /** Killed within the second part, or between two tasks: the same files as without a break. */
    @Test
    void killedEvaluationContinuesToTheSameScores() throws IOException {
        var model = TinyModel.write(folder.resolve("model"));
        var rows = new StringBuilder("question,choice0,choice1,choice2,choice3,answer\n");
        for (int i = 0; i < QUESTIONS; i++) rows.append("Is %d?,yes,no,not so,%d times,%d%n".formatted(i, i, i % 4));
        var data = Optional.of(Files.writeString(folder.resolve("rows.csv"), rows));
        var tasks = new AskedTask[] {
            new AskedTask(TaskFile.open("mmlu"), data), new AskedTask(TaskFile.open("mmlu_cloze"), data)
        };
        var whole = folder.resolve("whole");
        TaskRun.run(backend, options(model, 0, whole, tasks), EvalListener.SILENT);

        var broken = folder.resolve("broken");
        for (int killAfter : new int[] {280, 100}) {
            var killer = new Killer(killAfter);
            assertThatThrownBy(() -> TaskRun.run(backend, options(model, 0, broken, tasks), killer))
                    .isInstanceOf(Killed.class);
            assertThat(broken.resolve("eval.json")).doesNotExist();
        }
        var notices = new ArrayList<String>();
        TaskRun.run(backend, options(model, 0, broken, tasks), new EvalListener() {
            @Override
            public void notice(String text) {
                notices.add(text);
            }
        });

        assertThat(notices).anyMatch(text -> text.contains("resumes mmlu: 2 parts done before"));
        for (String file : List.of("samples_mmlu.jsonl", "samples_mmlu_cloze.jsonl"))
            assertThat(broken.resolve(file)).hasSameTextualContentAs(whole.resolve(file));
        assertThat(StrictJson.read(broken.resolve("eval.json")).get("results"))
                .isEqualTo(StrictJson.read(whole.resolve("eval.json")).get("results"));
        assertThat(broken.resolve(".unfinished")).doesNotExist();
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Ends the run after so many reports of progress. */
    private static final class Killer implements EvalListener {
        private int left;

        Killer(int left) {
            this.left = left;
        }

        @Override
        public void progress(String task, long done, long total) {
            if (--left == 0) throw new Killed();
        }
    }

    @Test
    void partsOfAnotherModelAreNotUsed() {
        var questions = QuestionReader.read(TaskFile.open("world_zumi"), Optional.empty(), 3);
        var one = new PartFiles(folder, "one").of(questions);
        one.write(0, new Part(List.of(), List.of("left out")));

        assertThat(new PartFiles(folder, "one").of(questions).read(0)).isPresent();
        assertThat(new PartFiles(folder, "two").of(questions).read(0)).isEmpty();
        var fewer = QuestionReader.read(TaskFile.open("world_zumi"), Optional.empty(), 2);
        assertThat(new PartFiles(folder, "one").of(fewer).read(0)).isEmpty();
    }

    /** Names of objects in memory, which differ between two processes, are no part of it. */
    @Test
    void digestIsThatOfTheRowsAndTheWayOfScoring() throws IOException {
        var row = "question,choice0,choice1,choice2,choice3,answer\nIs it?,yes,no,perhaps,never,%s\n";
        var one = Files.writeString(folder.resolve("one.csv"), row.formatted("B"));
        var two = Files.writeString(folder.resolve("two.csv"), row.formatted("C"));

        assertThat(digest("mmlu", one)).isEqualTo(digest("mmlu", one));
        assertThat(digest("mmlu", one)).isNotEqualTo(digest("mmlu", two));
        assertThat(digest("mmlu", one)).isNotEqualTo(digest("mmlu_cloze", one));
    }

    private static byte[] digest(String task, Path rows) {
        var digest = ContentDigest.sha256();
        QuestionReader.read(TaskFile.open(task), Optional.of(rows), 0).addTo(digest);
        return digest.digest();
    }

    /** Found before the first task is scored, which may take hours. */
    @Test
    void taskThatDoesNotFitIsReportedBeforeAnyIsScored() throws IOException {
        var model = TinyModel.write(folder.resolve("model"));
        var row = "{\"prompt\": \"%s\", \"completion\": \"yes\"}";
        var fits = Files.writeString(folder.resolve("fits.jsonl"), row.formatted("Is it?"));
        var tooLong = Files.writeString(folder.resolve("long.jsonl"), row.formatted("word ".repeat(3000)));
        var tasks = new AskedTask[] {
            new AskedTask(TaskFile.open("prompt_completion"), Optional.of(fits)),
            new AskedTask(TaskFile.open("prompt_completion").named("other"), Optional.of(tooLong))
        };
        assertThatThrownBy(() -> TaskRun.run(backend, options(model, 0, null, tasks), new EvalListener() {
                    @Override
                    public void progress(String task, long done, long total) {
                        throw new AssertionError(task + " was scored");
                    }
                }))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll("no question of the task other fits the model", "long.jsonl");
    }

    @Test
    void namesMustDifferAndSamplesNeedAFolder() {
        assertThatThrownBy(() -> options(WORLD, 0, null, ready("world_zumi"), ready("world_zumi")))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("two tasks have the name world_zumi");
        assertThatThrownBy(
                        () -> new TaskOptions(WORLD, List.of(ready("world_zumi")), Optional.empty(), 8, 0, true, null))
                .hasMessageContaining("--log_samples needs a folder");
    }

    @Test
    void promptsCanBeMessagesOfTheChatTemplate() {
        var asked = new AskedTask(TaskFile.open("world_zumi").asChat(), Optional.empty());
        var result = TaskRun.run(backend, options(WORLD, 1, null, asked), EvalListener.SILENT);
        assertThat(result.tasks().getFirst().outcomes().getFirst().prompt())
                .startsWith("### User:\nSay in Zumi:")
                .endsWith("\n\n### Assistant:\n");
    }
}
