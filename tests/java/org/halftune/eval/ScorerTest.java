package org.halftune.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.Example;
import org.halftune.data.Question;
import org.halftune.generate.Generator;
import org.halftune.generate.Sampling;
import org.halftune.generate.StopConditions;
import org.halftune.generate.TokenListener;
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
import org.junit.jupiter.params.provider.CsvSource;

class ScorerTest {
    private static final LlamaConfig CONFIG =
            new LlamaConfig(97, 32, 48, 2, 4, 2, 8, 64, 1e-5f, new Rope.Default(10_000), false, 0.3f, DType.F32);
    private static final LetterTokenizer TOKENIZER = new LetterTokenizer(96);

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

    @ParameterizedTest(name = "batches of {0} tokens, {1} sequences")
    @CsvSource({"40, 1", "64, 3", "4096, 64"})
    void perplexityCountsEachLabelledTokenOnceForAnyBatchSize(int tokens, int sequences) {
        var examples = examples(20);
        double sum = 0;
        int labelled = 0;
        try (var model = new Llama(backend, parameters, new Capacity(40, 1), Recomputation.NONE)) {
            for (var example : examples) {
                var batch = Batch.of(List.of(example.inputIds()), List.of(example.labels()));
                for (float loss : model.tokenLosses(batch)) sum += loss;
                labelled += example.labelledCount();
            }
        }

        var capacity = new Capacity(tokens, sequences);
        try (var model = new Llama(backend, parameters, capacity, Recomputation.NONE)) {
            var perplexity = Perplexity.of(model, capacity, examples, _ -> {});
            assertThat(perplexity.tokens()).isEqualTo(labelled);
            assertThat(perplexity.loss()).isCloseTo(sum / labelled, within(1e-5));
            assertThat(perplexity.perplexity()).isEqualTo(Math.exp(perplexity.loss()));
        }
    }

    @Test
    void answerIsCorrectIfTheGeneratedTextEqualsIt() {
        for (var prompt : List.of("one", "two and", "3", "fourfourfour")) {
            int[] ids = TOKENIZER.encode(prompt, false);
            int[] said = greedy(ids, 12);
            // A model with random weights never stops, so its sixth token is used as the end token.
            var tokenizer = new LetterTokenizer(said[5]);
            String answer = tokenizer.decode(until(said, said[5]), true);
            var questions = List.of(
                    new Question(ids, answer, OptionalInt.empty()),
                    new Question(ids, "  " + answer + "\n", OptionalInt.empty()),
                    new Question(ids, answer + "~", OptionalInt.empty()),
                    new Question(ids, "", OptionalInt.empty()));

            var match = scorer(tokenizer).exactMatch(questions);

            assertThat(match.total()).isEqualTo(4);
            assertThat(match.correct()).isEqualTo(answer.isBlank() ? 3 : 2);
            assertThat(match.score()).isEqualTo(match.correct() / 4.0);
            assertThat(match.misses())
                    .first()
                    .isEqualTo(new ExactMatch.Miss(prompt, (answer + "~").strip(), answer.strip()));
        }
    }

    @Test
    void endlessAnswerIsWrongAndStoppedEarly() {
        int[] ids = TOKENIZER.encode("one", false);
        String beginning = TOKENIZER.decode(greedy(ids, 2), true);

        var match = scorer(TOKENIZER).exactMatch(List.of(new Question(ids, beginning, OptionalInt.empty())));

        assertThat(match.correct()).isZero();
        assertThat(match.misses().getFirst().got()).hasSizeLessThanOrEqualTo(2 + 8);
    }

    @Test
    void metricThatTheRowsDoNotAllowIsAnError() {
        var text = new EvalRows(examples(2), List.of(), 0, List.of(), List.of());
        assertThatThrownBy(() -> scorer(TOKENIZER).score("a.jsonl", text, Metric.EXACT_MATCH))
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.where()).isEqualTo("a.jsonl"));
        assertThatThrownBy(() -> scorer(TOKENIZER)
                        .score("a.jsonl", new EvalRows(List.of(), List.of(), 0, List.of(), List.of()), Metric.AUTO))
                .isInstanceOf(InputError.class);

        var score = scorer(TOKENIZER).score("a.jsonl", text, Metric.AUTO);
        assertThat(score.exactMatch()).isNull();
        assertThat(score.perplexity()).isNotNull();
        assertThat(score.rows()).isEqualTo(2);
    }

    @Test
    void scoringFreesItsMemory() {
        long before = backend.memory().total();
        scorer(TOKENIZER)
                .score(
                        "x",
                        new EvalRows(
                                examples(3),
                                List.of(new Question(new int[] {1}, "a", OptionalInt.empty())),
                                0,
                                List.of(),
                                List.of()),
                        Metric.AUTO);
        assertThat(backend.memory().total()).isEqualTo(before);
    }

    private static Scorer scorer(LetterTokenizer tokenizer) {
        return new Scorer(backend, parameters, tokenizer, 3, AnswerForm.DEFAULT, EvalListener.SILENT);
    }

    private static int[] greedy(int[] prompt, int count) {
        return new Generator(backend, parameters, 1)
                .generate(
                        List.of(prompt),
                        new Sampling.Greedy(),
                        new StopConditions(count, Set.of()),
                        TokenListener.SILENT)
                .getFirst()
                .tokens();
    }

    private static int[] until(int[] ids, int end) {
        return Arrays.stream(ids).takeWhile(id -> id != end).toArray();
    }

    /** Rows of 2 to 40 tokens, about a third of them masked. */
    private static List<Example> examples(int count) {
        var random = new Random(9);
        var examples = new ArrayList<Example>();
        for (int i = 0; i < count; i++) {
            int[] ids = random.ints(2 + random.nextInt(39), 0, 97).toArray();
            int[] labels = Arrays.stream(ids)
                    .map(id -> random.nextInt(3) == 0 ? Example.IGNORED : id)
                    .toArray();
            labels[labels.length - 1] = ids[ids.length - 1];
            examples.add(new Example(ids, labels));
        }
        return examples;
    }
}
