package org.halftune.eval.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.halftune.backend.Backend;
import org.halftune.chat.ChatTemplate;
import org.halftune.console.Amounts;
import org.halftune.data.Tokenizer;
import org.halftune.eval.EvalListener;
import org.halftune.model.Parameters;
import org.halftune.problem.InputError;

/**
 * Scores a model in memory on tasks. Holds no device memory between calls.
 *
 * <p>During training, pass separate parameters, made from the same weights with an empty trainable set: they use no
 * memory, and no activations are kept.
 */
public final class TaskScorer {
    /**
     * Questions of a part. Batches do not reach across parts, so a part that is computed again, or first after a restart,
     * gives the same bits.
     */
    private static final int PART = 256;

    private final Backend backend;
    private final Parameters parameters;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final int batchSize;
    private final EvalListener listener;

    /**
     * @param template used by tasks with {@code apply_chat_template}, and by perplexity of conversations
     * @param batchSize the most questions answered at the same time
     * @param listener receives progress
     */
    public TaskScorer(
            Backend backend,
            Parameters parameters,
            Tokenizer tokenizer,
            ChatTemplate template,
            int batchSize,
            EvalListener listener) {
        this.backend = backend;
        this.parameters = parameters;
        this.tokenizer = tokenizer;
        this.template = template;
        this.batchSize = batchSize;
        this.listener = listener;
    }

    /**
     * Scores the questions.
     *
     * @throws InputError if no question fits the model's positions
     */
    public TaskScore score(TaskQuestions questions) {
        return score(work(questions), PartStore.NONE);
    }

    /**
     * Scores the questions part by part.
     *
     * @param store gives the parts that are done, and receives the others
     */
    TaskScore score(Work work, PartStore store) {
        var task = work.task();
        var outcomes = new ArrayList<Outcome>();
        var leftOut = new ArrayList<String>();
        for (int part = 0; part * PART < work.count(); part++) {
            int from = part * PART;
            int to = Math.min(work.count(), from + PART);
            var done = store.read(part).orElse(null);
            if (done == null) {
                done = work.score(from, to);
                store.write(part, done);
            }
            outcomes.addAll(done.outcomes());
            leftOut.addAll(done.leftOut());
            listener.progress(task.name(), to, work.count());
        }
        return new TaskScore(task.name(), Scores.of(task.kind(), outcomes), outcomes, leftOut);
    }

    /** Questions that can be scored range by range. At least one fits the model's positions. */
    interface Work {
        Task task();

        int count();

        Part score(int from, int to);
    }

    /** @throws InputError if no question fits the model's positions; for perplexity, if a row cannot be used */
    Work work(TaskQuestions questions) {
        return switch (questions.task().kind()) {
            case TaskKind.MultipleChoice _ -> new Asked(questions);
            case TaskKind.Generation _ -> new Asked(questions);
            case TaskKind.Perplexity kind ->
                new PerplexityWork(backend, parameters, tokenizer, template, questions, kind);
        };
    }

    /** Questions with choices or free answers. */
    private final class Asked implements Work {
        private final TaskQuestions questions;
        private final QuestionEncoder encoder;

        Asked(TaskQuestions questions) {
            this.questions = questions;
            this.encoder = new QuestionEncoder(questions.task().prompt(), tokenizer, template);
            requireOneThatFits();
        }

        private void requireOneThatFits() {
            var all = questions.questions();
            for (int i = 0; i < all.size(); i++) if (fits(encoder.encode(i, all.get(i)))) return;
            throw new InputError(
                    "no question of the task " + task().name() + " fits the model, which has "
                            + Amounts.counted(parameters.config().maxPositions(), "position")
                            + " for prompt and answer",
                    all.getFirst().place().toString(),
                    "use fewer examples, shorter rows, or a model with more positions");
        }

        @Override
        public Task task() {
            return questions.task();
        }

        @Override
        public int count() {
            return questions.questions().size();
        }

        @Override
        public Part score(int from, int to) {
            var fitting = new ArrayList<EncodedQuestion>();
            var leftOut = new ArrayList<String>();
            for (int i = from; i < to; i++) {
                var question = questions.questions().get(i);
                var encoded = encoder.encode(i, question);
                if (fits(encoded)) fitting.add(encoded);
                else leftOut.add(question.place().toString());
            }
            return new Part(
                    switch (task().kind()) {
                        case TaskKind.MultipleChoice _ -> choices(fitting, from);
                        case TaskKind.Generation kind -> answers(fitting, kind, from);
                        case TaskKind.Perplexity _ -> throw new IllegalStateException("perplexity asks nothing");
                    },
                    leftOut);
        }

        /** Choices must fit whole; a free answer needs a position at least. */
        private boolean fits(EncodedQuestion question) {
            int free = question.choices().isEmpty() ? 1 : 0;
            return question.length() + free <= parameters.config().maxPositions();
        }

        private void progress(int done) {
            if (done < count()) listener.progress(task().name(), done, count());
        }

        private List<Outcome> choices(List<EncodedQuestion> fitting, int before) {
            var likelihoods = new ChoiceScorer(backend, parameters, batchSize)
                    .logLikelihoods(fitting, done -> progress(before + done));
            var outcomes = new ArrayList<Outcome>();
            for (int i = 0; i < fitting.size(); i++) {
                int index = fitting.get(i).index();
                double[] likely = likelihoods.get(i);
                if (!(questions.questions().get(index) instanceof TaskQuestion.Choices question)) continue;
                outcomes.add(outcome(
                        index,
                        question,
                        List.of(question.choices().get(question.right())),
                        ChoiceValues.chosen(likely, question.choices()),
                        Arrays.stream(likely).boxed().toList(),
                        ChoiceValues.of(likely, question)));
            }
            return outcomes;
        }

        private List<Outcome> answers(List<EncodedQuestion> fitting, TaskKind.Generation kind, int before) {
            var texts = new AnswerScorer(backend, parameters, tokenizer, batchSize)
                    .answers(fitting, kind, encoder.stopIds(), done -> progress(before + done));
            var values = new AnswerValues(kind);
            var outcomes = new ArrayList<Outcome>();
            for (int i = 0; i < fitting.size(); i++) {
                int index = fitting.get(i).index();
                if (!(questions.questions().get(index) instanceof TaskQuestion.Open question)) continue;
                String answer = values.answer(texts.get(i));
                outcomes.add(outcome(
                        index, question, question.expected(), texts.get(i), List.of(), values.of(answer, question)));
            }
            return outcomes;
        }

        private Outcome outcome(
                int index,
                TaskQuestion question,
                List<String> expected,
                String got,
                List<Double> likelihoods,
                Map<String, Double> values) {
            String place = question.place().toString();
            return new Outcome(index, place, encoder.rendered(question), expected, got, likelihoods, values);
        }
    }
}
