package org.halftune.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.halftune.SharedFolder;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionReaderTest {
    @TempDir
    Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<TaskQuestion> read(Task task, Path data) {
        return QuestionReader.read(task, Optional.of(data), 0).questions();
    }

    private List<TaskQuestion> read(String ready, String name, String rows) throws IOException {
        return read(TaskFile.open(ready), write(name, rows));
    }

    /** This project's header, the original file without a header, and Hugging Face's columns. */
    @Test
    void mmluIsReadInAllItsForms() throws IOException {
        var first = read("mmlu", "a.csv", "question,choice0,choice1,choice2,choice3,answer\nWho?,w,x,y,z,2\n");
        var second = read("mmlu", "b.csv", "Who?,w,x,y,z,C\n\"And, then?\",1,1,3,4,D\n");
        var third = read(
                "mmlu", "c.jsonl", "{\"question\": \"Who?\", \"choices\": [\"w\",\"x\",\"y\",\"z\"], \"answer\": 2}");

        var question = (TaskQuestion.Choices) first.getFirst();
        assertThat(question.prompt()).isEqualTo("Who?\nA. w\nB. x\nC. y\nD. z\nAnswer:");
        assertThat(question.choices()).containsExactly("A", "B", "C", "D");
        assertThat(question.right()).isEqualTo(2);
        for (var other : List.of(second.getFirst(), third.getFirst())) {
            assertThat(other.prompt()).isEqualTo(question.prompt());
            assertThat(((TaskQuestion.Choices) other).right()).isEqualTo(2);
        }
        assertThat(second).hasSize(2);
        assertThat(((TaskQuestion.Choices)
                                read("mmlu_cloze", "d.csv", "Who?,w,x,y,z,C\n").getFirst())
                        .right())
                .isEqualTo(2);
    }

    @Test
    void arcIsReadInBothItsForms() throws IOException {
        var hub = read("arc", "a.jsonl", """
                {"question": "Why?", "choices": {"text": ["a", "b"], "label": ["1", "2"]}, "answerKey": "2"}
                """);
        var original = read("arc", "b.jsonl", """
                {"question": {"stem": "Why?", "choices": [{"text": "a", "label": "A"}, {"text": "b", "label": "B"}]}, "answerKey": "B"}
                """);
        for (var question : List.of(hub.getFirst(), original.getFirst())) {
            assertThat(question.prompt()).isEqualTo("Question: Why?\nAnswer:");
            assertThat(((TaskQuestion.Choices) question).choices()).containsExactly("a", "b");
            assertThat(((TaskQuestion.Choices) question).right()).isEqualTo(1);
        }
    }

    @Test
    void aliasesAreReadFromListsAndFromSemicolons() throws IOException {
        var csv = read("triviaqa", "a.csv", "question,answer\nWho?,Jim Laker; JIM LAKER\n");
        var hub = read("triviaqa", "b.jsonl", "{\"question\": \"Who?\", \"answer\": {\"aliases\": [\"x\", \"y\"]}}");
        assertThat(((TaskQuestion.Open) csv.getFirst()).expected()).containsExactly("Jim Laker", "JIM LAKER");
        assertThat(((TaskQuestion.Open) hub.getFirst()).expected()).containsExactly("x", "y");
    }

    @Test
    void examplesComeBeforeTheQuestionInTheOrderOfTheirFile() throws IOException {
        var examples = write(
                "train.jsonl", "{\"question\":\"1?\",\"answer\":\"one\"}\n{\"question\":\"2?\",\"answer\":\"two\"}\n");
        var task = TaskFile.open("gsm8k").withExamples(2, Optional.of(examples));
        var data = write("test.jsonl", "{\"question\":\"3?\",\"answer\":\"three\"}\n");
        assertThat(read(task, data).getFirst().prompt())
                .isEqualTo("Question: 1?\nAnswer: one\n\nQuestion: 2?\nAnswer: two\n\nQuestion: 3?\nAnswer:");
        assertThatThrownBy(() -> read(task.withExamples(3, Optional.empty()), data))
                .hasMessageContainingAll("num_fewshot is 3", "only 2 rows", "train.jsonl");
        assertThatThrownBy(() -> read(TaskFile.open("gsm8k").withExamples(1, Optional.empty()), data))
                .hasMessageContaining("there is no file of examples");
        assertThatThrownBy(() -> read(TaskFile.open("gsm8k").withExamples(1, Optional.of(data)), data))
                .hasMessageContaining("the examples are rows of the test itself");
    }

    @Test
    void ofAFolderWithSplitsOnlyTestIsRead() throws IOException {
        for (String split : List.of("train", "eval", "test"))
            write(split + ".json", "[{\"prompt\": \"" + split + "\", \"answer\": \"A\"}]");
        assertThat(read(TaskFile.open("trace_fomc"), folder))
                .extracting(TaskQuestion::prompt)
                .containsExactly("test");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mmlu | {\"question\": \"?\", \"choices\": [\"a\",\"b\",\"c\",\"d\"]} | no field answer",
                "mmlu | {\"question\": \"?\", \"answer\": 0} | no field choice0",
                "mmlu | {\"question\": \"?\", \"choices\": [\"a\",\"b\",\"c\",\"d\"], \"answer\": 4} | out of range: the row has choices 0 to 3",
                "mmlu | {\"question\": \"?\", \"choices\": [\"a\",\"b\",\"c\",\"d\"], \"answer\": \"E\"} | neither an index nor one of the choices",
                "mmlu | {\"question\": \"?\", \"choices\": [\"a\",\"b\",\"c\",\"d\"], \"answer\": \"\"} | has no answer",
                "mmlu_cloze | {\"question\": \"?\", \"choices\": [\"a\"], \"answer\": 0} | 1 choice, not at least 2",
                "trace_fomc | {\"prompt\": \"?\", \"answer\": \"\"} | has no answer",
                "trace_fomc | {\"prompt\": \"?\", \"answr\": \"A\"} | no field answer",
                "arc | {\"question\": \"?\", \"choices\": {\"text\": [\"a\",\"b\"], \"label\": [\"A\",\"B\"]}, \"answerKey\": \"C\"} | the value is not in the list",
            })
    void rowsThatCannotBeUsedAreNamed(String task, String row, String what) {
        assertThatThrownBy(() -> read(task, "rows.jsonl", "\n" + row + "\n"))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll(what, "rows.jsonl, line 2");
    }

    @Test
    void taskWithoutRowsOrDataIsAnError() {
        assertThatThrownBy(() -> QuestionReader.read(TaskFile.open("mmlu"), Optional.empty(), 0))
                .hasMessageContainingAll("the task mmlu has no data", "--task mmlu=PATH");
        assertThatThrownBy(() -> read("arc", "rows.json", "[]")).isInstanceOf(InputError.class);
    }

    /** The ready tasks give the contexts that lm-evaluation-harness made of the same data. */
    @ParameterizedTest
    @CsvSource({
        "letters, mmlu, mmlu/test/astronomy_test.csv",
        "cloze, mmlu_cloze, mmlu/test/high_school_biology_test.csv",
        "truthfulqa_mc1, truthfulqa_mc1, factual_qa/truthfulqa_mc_task.json",
        "triviaqa, triviaqa, factual_qa/TriviaQA.csv"
    })
    void readyTasksAskAsLmEval(String name, String ready, String data) throws IOException {
        var path = SharedFolder.require("data").resolve(data);
        var resource = Objects.requireNonNull(QuestionReaderTest.class.getResourceAsStream("/eval/lm_eval.json.gz"));
        try (var stream = new GZIPInputStream(resource)) {
            var rows = StrictJson.parse(stream.readAllBytes(), "lm_eval.json")
                    .get("tasks")
                    .get(name)
                    .get("rows");
            var questions = QuestionReader.read(TaskFile.open(ready), Optional.of(path), rows.size())
                    .questions();
            for (int i = 0; i < rows.size(); i++) {
                assertThat(questions.get(i).prompt())
                        .isEqualTo(rows.get(i).get("context").stringValue());
                if (!(questions.get(i) instanceof TaskQuestion.Choices question)) continue;
                assertThat(question.right()).isEqualTo(rows.get(i).get("answer").intValue());
                assertThat(question.choices().stream()
                                .map(choice -> " " + choice)
                                .toList())
                        .isEqualTo(rows.get(i)
                                .get("continuations")
                                .valueStream()
                                .map(text -> text.stringValue())
                                .toList());
            }
        }
    }
}
