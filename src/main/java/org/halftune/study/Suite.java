package org.halftune.study;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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
import org.halftune.train.export.Digests;

/** What a model is scored on: read once, and used by all cells. Immutable. */
sealed interface Suite {

    /** The file's name, unique within a study. */
    String name();

    /** Identifies the rows and how they are scored. */
    String digest();

    /** Scores a model. */
    Marks score(Model model);

    /** The model to score. */
    record Model(Backend backend, Parameters parameters) {}

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
            questions.addTo(digest);
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
