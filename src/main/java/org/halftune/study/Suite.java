package org.halftune.study;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.chat.ChatTemplate;
import org.halftune.data.Example;
import org.halftune.data.Question;
import org.halftune.data.Tokenizer;
import org.halftune.eval.AnswerForm;
import org.halftune.eval.EvalListener;
import org.halftune.eval.ExactMatchScorer;
import org.halftune.eval.Scorer;
import org.halftune.eval.task.TaskKind;
import org.halftune.eval.task.TaskQuestions;
import org.halftune.eval.task.TaskScorer;
import org.halftune.eval.task.TextMeasure;
import org.halftune.generate.Generator;
import org.halftune.model.Parameters;
import org.halftune.model.WeightSource;
import org.halftune.model.Weights;
import org.halftune.train.export.Digests;
import org.halftune.train.input.RowBatches;
import org.halftune.train.input.Rows;
import org.halftune.train.preference.AnswerLogProbs;

/** What a model is scored on: read once, and used by all cells. Immutable. */
sealed interface Suite {

    /** The file's name, unique within a study. */
    String name();

    /** Identifies the rows and how they are scored. */
    String digest();

    /** Scores a model. */
    Marks score(Model model);

    /**
     * The model to score.
     *
     * @param base weights of the model that it was trained from
     */
    record Model(Backend backend, Parameters parameters, WeightSource base) {}

    /**
     * Questions with short answers, by exact match.
     *
     * @param batch number of questions answered at the same time; it does not change the answers
     */
    record Questions(String name, List<Question> questions, Tokenizer tokenizer, int batch) implements Suite {

        @Override
        public String digest() {
            var digest = Digests.sha256();
            for (var question : questions) {
                Digests.update(digest, question.promptIds());
                digest.update((question.reference() + "\n" + question.endOfTurn()).getBytes(StandardCharsets.UTF_8));
            }
            return "exact match of " + questions.size() + " (" + Digests.brief(digest) + ")";
        }

        @Override
        public Marks score(Model model) {
            var generator = new Generator(model.backend, model.parameters, batch);
            var right = new ExactMatchScorer(generator, tokenizer, AnswerForm.DEFAULT).right(questions);
            return Marks.of(right);
        }
    }

    /** A task of {@code halftune eval}, by its main score. */
    record Evaluated(String name, TaskQuestions questions, Tokenizer tokenizer, ChatTemplate template, int batch)
            implements Suite {

        /** Whether the task has a perplexity instead of a score for each question. */
        boolean isPerplexity() {
            return questions.task().kind() instanceof TaskKind.Perplexity;
        }

        @Override
        public String digest() {
            var digest = Digests.sha256();
            questions.addTo(digest, template);
            return questions.task().mainMetric() + " of "
                    + questions.questions().size() + ", limit " + questions.limit() + " (" + Digests.brief(digest)
                    + ")";
        }

        /** Marks are shares of the metric's best value. A question that does not fit the model's positions has none. */
        @Override
        public Marks score(Model model) {
            var scorer =
                    new TaskScorer(model.backend, model.parameters, tokenizer, template, batch, EvalListener.SILENT);
            var score = scorer.score(questions);
            if (isPerplexity()) return Marks.figure(score.main().value());
            var each = new double[questions.questions().size()];
            Arrays.fill(each, Double.NaN);
            double[] values = score.mainValues();
            double highest = TextMeasure.highest(questions.task().mainMetric());
            for (int i = 0; i < values.length; i++) each[score.outcomes().get(i).index()] = values[i] / highest;
            return Marks.ofEach(each);
        }
    }

    /**
     * Preference pairs, by the accuracy of TRL's {@code rewards/accuracies}: a pair is right if the chosen answer's log-probability
     * rose more against the base model than the rejected answer's. Of the base model itself none is right.
     *
     * @param rows pairs
     */
    record Pairs(String name, Rows rows) implements Suite {
        private static final int BATCH = 16;

        /** [pairs] What identifies each question: the tokens of the prompt. */
        List<String> prompts() {
            return IntStream.range(0, rows.size())
                    .mapToObj(i -> prompt(rows.examples(i).getFirst()))
                    .toList();
        }

        private static String prompt(Example chosen) {
            int end = 0;
            while (end < chosen.length() && chosen.labels()[end] == Example.IGNORED) end++;
            return Arrays.toString(Arrays.copyOf(chosen.inputIds(), end));
        }

        @Override
        public String digest() {
            var digest = Digests.sha256();
            for (int i = 0; i < rows.size(); i++) {
                for (var example : rows.examples(i)) {
                    Digests.update(digest, example.inputIds());
                    Digests.update(digest, example.labels());
                }
            }
            return "preferences of " + rows.size() + " (" + Digests.brief(digest) + ")";
        }

        @Override
        public Marks score(Model model) {
            var now = logProbs(model.backend, model.parameters);
            float[] before;
            var config = model.parameters.config();
            try (var weights = Weights.load(model.backend, config, Set.of(), model.base);
                    var parameters = Parameters.forInference(model.backend, weights)) {
                before = logProbs(model.backend, parameters);
            }
            var right = new boolean[rows.size()];
            for (int i = 0; i < right.length; i++) {
                right[i] = now[2 * i] - before[2 * i] > now[2 * i + 1] - before[2 * i + 1];
            }
            return Marks.of(right);
        }

        private float[] logProbs(Backend backend, Parameters parameters) {
            try (var pass = new AnswerLogProbs(backend, parameters, RowBatches.capacity(rows, BATCH))) {
                return pass.of(rows, BATCH);
            }
        }
    }

    /** Text, by perplexity. */
    record Text(String name, List<Example> examples, Tokenizer tokenizer) implements Suite {

        @Override
        public String digest() {
            var digest = Digests.sha256();
            for (var example : examples) {
                Digests.update(digest, example.inputIds());
                Digests.update(digest, example.labels());
            }
            return "perplexity of " + examples.size() + " (" + Digests.brief(digest) + ")";
        }

        @Override
        public Marks score(Model model) {
            var scorer =
                    new Scorer(model.backend, model.parameters, tokenizer, 1, AnswerForm.DEFAULT, EvalListener.SILENT);
            return Marks.figure(scorer.perplexity(examples).perplexity());
        }
    }
}
