package org.halftune.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.halftune.SmolLm2;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.chat.PlainTemplate;
import org.halftune.data.Place;
import org.halftune.eval.EvalListener;
import org.halftune.files.StrictJson;
import org.halftune.generate.LoadedModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * SmolLM2-135M-Instruct scores as in lm-evaluation-harness 0.4.13, question by question. Only the first questions of each task,
 * unless the property {@code halftune.lm_eval} is {@code all}.
 */
@Tag("real-model")
class LmEvalTest {
    private static Backend backend;
    private static LoadedModel model;
    private static JsonNode tasks;

    @BeforeAll
    static void load() throws IOException {
        var folder = SmolLm2.folder();
        backend = CpuBackend.open(Runtime.getRuntime().availableProcessors());
        model = LoadedModel.open(backend, folder);
        var resource = Objects.requireNonNull(LmEvalTest.class.getResourceAsStream("/eval/lm_eval.json.gz"));
        try (var stream = new GZIPInputStream(resource)) {
            tasks = StrictJson.parse(stream.readAllBytes(), "lm_eval.json").get("tasks");
        }
    }

    @AfterAll
    static void close() {
        if (model != null) model.close();
        if (backend != null) backend.close();
    }

    private static List<JsonNode> rows(String task, int count) {
        var rows = tasks.get(task).get("rows").valueStream().toList();
        return "all".equals(System.getProperty("halftune.lm_eval")) ? rows : rows.subList(0, count);
    }

    private static TaskScore score(Task task, List<TaskQuestion> questions) {
        var scorer = new TaskScorer(
                backend, model.parameters(), model.tokenizer(), new PlainTemplate(""), 8, EvalListener.SILENT);
        return scorer.score(new TaskQuestions(task, Path.of("lm_eval.json"), 0, questions));
    }

    @ParameterizedTest
    @CsvSource({"letters, mmlu, 10", "cloze, mmlu_cloze, 5", "truthfulqa_mc1, truthfulqa_mc1, 4"})
    void logLikelihoodsEqualLmEval(String name, String ready, int count) {
        var rows = rows(name, count);
        var questions = new ArrayList<TaskQuestion>();
        for (var row : rows) {
            questions.add(new TaskQuestion.Choices(
                    new Place(Path.of(name), 0, questions.size() + 1),
                    row.get("context").stringValue(),
                    row.get("continuations")
                            .valueStream()
                            .map(text -> text.stringValue().substring(1))
                            .toList(),
                    " ",
                    row.get("answer").intValue()));
        }

        var score = score(TaskFile.open(ready), questions);

        for (int i = 0; i < rows.size(); i++) {
            var outcome = score.outcomes().get(i);
            var expected = rows.get(i);
            for (int c = 0; c < outcome.logLikelihoods().size(); c++) {
                assertThat(outcome.logLikelihoods().get(c))
                        .as(outcome.prompt() + expected.get("continuations").get(c))
                        .isCloseTo(expected.get("loglikelihoods").get(c).doubleValue(), within(1e-3));
            }
            assertThat(outcome.values())
                    .containsEntry("acc", expected.get("acc").doubleValue())
                    .containsEntry("acc_norm", expected.get("acc_norm").doubleValue());
        }
    }

    @ParameterizedTest
    @CsvSource("triviaqa, 6")
    void generatedTextsEqualLmEval(String name, int count) {
        var rows = rows(name, count);
        var questions = new ArrayList<TaskQuestion>();
        for (var row : rows) {
            questions.add(new TaskQuestion.Open(
                    new Place(Path.of(name), 0, questions.size() + 1),
                    row.get("context").stringValue(),
                    row.get("aliases").valueStream().map(JsonNode::stringValue).toList(),
                    ""));
        }

        var score = score(TaskFile.open("triviaqa"), questions);

        for (int i = 0; i < rows.size(); i++)
            assertThat(score.outcomes().get(i).got())
                    .as(score.outcomes().get(i).prompt())
                    .isEqualTo(rows.get(i).get("generated").stringValue());
    }
}
