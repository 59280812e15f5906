package org.halftune.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.chat.PlainTemplate;
import org.halftune.data.Place;
import org.halftune.eval.EvalListener;
import org.halftune.eval.LetterTokenizer;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.Rope;
import org.halftune.model.Weights;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskScorerTest {
    static final LlamaConfig CONFIG =
            new LlamaConfig(97, 32, 48, 2, 4, 2, 8, 64, 1e-5f, new Rope.Default(10_000), false, 0.3f, DType.F32);
    static final LetterTokenizer TOKENIZER = new LetterTokenizer(96);

    private static Backend backend;
    private static Weights weights;
    private static Parameters parameters;

    @BeforeAll
    static void open() {
        backend = CpuBackend.open(2);
        weights = Weights.random(backend, CONFIG, Set.of(), 3);
        parameters = Parameters.of(backend, weights);
    }

    @AfterAll
    static void close() {
        parameters.close();
        weights.close();
        backend.close();
    }

    static TaskScore score(
            Backend backend, Parameters parameters, int batchSize, String task, List<TaskQuestion> asked) {
        var scorer =
                new TaskScorer(backend, parameters, TOKENIZER, new PlainTemplate(""), batchSize, EvalListener.SILENT);
        return scorer.score(new TaskQuestions(TaskFile.open(task), Path.of("rows"), 0, asked));
    }

    private static TaskScore score(int batchSize, String task, List<TaskQuestion> asked) {
        return score(backend, parameters, batchSize, task, asked);
    }

    /** Questions with 2 to 4 choices of 1 to 6 letters. */
    static List<TaskQuestion> choices(int count) {
        var random = new Random(5);
        var questions = new ArrayList<TaskQuestion>();
        for (int i = 0; i < count; i++) {
            var texts = new ArrayList<String>();
            int choices = 2 + random.nextInt(3);
            for (int c = 0; c < choices; c++) texts.add(letters(random, 1 + random.nextInt(6)));
            String delimiter = random.nextBoolean() ? " " : "";
            questions.add(new TaskQuestion.Choices(
                    place(i), letters(random, 3 + random.nextInt(40)), texts, delimiter, random.nextInt(choices)));
        }
        return questions;
    }

    static List<TaskQuestion> open(int count) {
        var random = new Random(6);
        var questions = new ArrayList<TaskQuestion>();
        for (int i = 0; i < count; i++)
            questions.add(
                    new TaskQuestion.Open(place(i), letters(random, 3 + random.nextInt(40)), List.of("answer"), ""));
        return questions;
    }

    private static Place place(int i) {
        return new Place(Path.of("rows"), 0, i + 1);
    }

    private static String letters(Random random, int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) text.append((char) ('a' + random.nextInt(26)));
        return text.toString();
    }

    @Test
    void logLikelihoodsAreThoseOfTheWholeSequence() {
        var questions = choices(10);
        var score = score(4, "arc", questions);

        try (var llama = new Llama(backend, parameters, new Capacity(64, 1), Recomputation.NONE)) {
            for (int i = 0; i < questions.size(); i++) {
                var question = (TaskQuestion.Choices) questions.get(i);
                for (int c = 0; c < question.choices().size(); c++) {
                    String answer = question.delimiter() + question.choices().get(c);
                    int[] ids = TOKENIZER.encode(question.prompt() + answer, false);
                    int[] labels = ids.clone();
                    Arrays.fill(labels, 0, question.prompt().length(), Batch.IGNORED);
                    double loss = llama.evaluate(Batch.of(List.of(ids), List.of(labels)))
                            .sum();
                    assertThat(score.outcomes().get(i).logLikelihoods().get(c)).isCloseTo(-loss, within(1e-5));
                }
            }
        }
    }

    /** Bit for bit. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 64})
    void likelihoodsDoNotDependOnTheBatchSize(int batchSize) {
        assertThat(score(batchSize, "arc", choices(24)).outcomes())
                .isEqualTo(score(1, "arc", choices(24)).outcomes());
    }

    @Test
    void likelihoodsDoNotDependOnTheOrder() {
        var shuffled = choices(24);
        Collections.shuffle(shuffled, new Random(1));
        var byPlace = new HashMap<String, List<Double>>();
        score(5, "arc", shuffled).outcomes().forEach(o -> byPlace.put(o.place(), o.logLikelihoods()));

        for (var outcome : score(5, "arc", choices(24)).outcomes())
            assertThat(byPlace.get(outcome.place())).isEqualTo(outcome.logLikelihoods());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 64})
    void answersDoNotDependOnTheBatchSize(int batchSize) {
        assertThat(score(batchSize, "triviaqa", open(12)).outcomes())
                .isEqualTo(score(1, "triviaqa", open(12)).outcomes());
    }

    @Test
    void tooLongQuestionsAreLeftOutAndCounted() {
        var questions = choices(3);
        questions.add(1, new TaskQuestion.Choices(place(7), "x".repeat(62), List.of("ab", "abc"), "", 0));
        var score = score(4, "arc", questions);

        assertThat(score.count()).isEqualTo(3);
        assertThat(score.leftOut()).containsExactly("rows, row 8");
        assertThat(score.outcomes()).extracting(Outcome::index).containsExactly(0, 2, 3);
    }

    @Test
    void nothingThatFitsIsAnError() {
        List<TaskQuestion> questions = List.of(new TaskQuestion.Open(place(0), "x".repeat(64), List.of("a"), ""));
        assertThatThrownBy(() -> score(4, "triviaqa", questions))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll("no question of the task triviaqa fits", "64 positions", "row 1");
    }

    @Test
    void mainValuesHaveTheMeanThatIsTheScore() {
        var score = score(8, "arc", choices(24));
        assertThat(score.main().name()).isEqualTo("acc_norm");
        assertThat(Arrays.stream(score.mainValues()).average().orElseThrow())
                .isEqualTo(score.main().value());
        double p = score.main().value();
        assertThat(score.main().standardError()).isCloseTo(Math.sqrt(p * (1 - p) / 23), within(1e-12));
    }
}
