package org.halftune.continual;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.chat.ChatTemplate;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.FolderTemplate;
import org.halftune.data.MaxLength;
import org.halftune.data.ModelLimits;
import org.halftune.data.Question;
import org.halftune.data.Tokenizer;
import org.halftune.eval.AnswerForm;
import org.halftune.eval.EvalListener;
import org.halftune.eval.EvalRows;
import org.halftune.eval.Metric;
import org.halftune.eval.Scorer;
import org.halftune.eval.task.QuestionReader;
import org.halftune.eval.task.ReadyTasks;
import org.halftune.eval.task.Task;
import org.halftune.eval.task.TaskFile;
import org.halftune.eval.task.TaskKind;
import org.halftune.eval.task.TaskQuestions;
import org.halftune.eval.task.TaskScorer;
import org.halftune.eval.task.TextMeasure;
import org.halftune.generate.LoadedModel;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.export.Digests;

/** The test rows of a task, read and checked before the first round. */
public interface TaskTest {

    /** The metric, for tables. */
    String metric();

    /** Number of rows that are scored. */
    int questions();

    /**
     * Identifies all that determines a model's score: questions, answers, the chat template, where an answer ends, what is
     * measured.
     */
    String digest();

    /**
     * The score of a model: 0 to 1, higher is better.
     *
     * @param batch number of questions answered at the same time
     * @param listener receives progress
     */
    double score(Backend backend, LoadedModel model, int batch, EvalListener listener);

    /** What reading needs. */
    record Source(
            TrainingArguments.Model model,
            LlamaConfig config,
            Tokenizer tokenizer,
            LocalDateTime started,
            MaxLength maxLength,
            int most) {}

    /**
     * Reads the test rows of a task.
     *
     * @throws InputError if a row is invalid or has no answer, or the metric is not known
     */
    static TaskTest read(ContinualTask task, Source source, Consumer<String> notice) {
        var metric = task.metric().filter(word -> !word.equals(EXACT_MATCH));
        var asked = task.metric().isPresent() ? metric.map(TaskFile::open) : ReadyTasks.ofTrace(task.name());
        return asked.isPresent()
                ? MetricTest.read(task, asked.get(), source)
                : ExactMatchTest.read(task, source, notice);
    }

    private static InputError noPosition(ContinualTask task) {
        return new InputError(
                "no prompt of task " + task.name() + " leaves a position for an answer",
                task.testFile().toString(),
                "shorten the prompts, or use a model with more positions");
    }

    /** The metric of tasks that name none. */
    String EXACT_MATCH = "exact_match";

    /** A task file of {@code halftune eval}, on the rows of the task. */
    record MetricTest(TaskQuestions asked, Source source) implements TaskTest {
        static MetricTest read(ContinualTask task, Task file, Source source) {
            if (file.kind() instanceof TaskKind.Perplexity) {
                throw new InputError(
                        "task " + task.name() + ": OP and BWT need a score from 0 to 1, but " + file.name()
                                + " measures perplexity",
                        file.origin(),
                        "use a task file with output_type generate_until or multiple_choice");
            }
            var named = file.named(task.name());
            var asked = QuestionReader.read(named, Optional.of(task.testFile()), source.most);
            int positions = source.config.maxPositions();
            if (asked.questions().stream()
                    .allMatch(question -> source.tokenizer.encode(question.prompt(), true).length >= positions)) {
                throw noPosition(task);
            }
            return new MetricTest(asked, source);
        }

        @Override
        public String metric() {
            return asked.task().mainMetric();
        }

        @Override
        public int questions() {
            return asked.questions().size();
        }

        @Override
        public String digest() {
            var digest = Digests.sha256();
            asked.addTo(digest, template(source.tokenizer));
            return Digests.brief(digest);
        }

        private ChatTemplate template(Tokenizer tokenizer) {
            return FolderTemplate.open(source.model.path(), source.model.chatTemplate(), tokenizer, source.started);
        }

        @Override
        public double score(Backend backend, LoadedModel model, int batch, EvalListener listener) {
            var scorer = new TaskScorer(
                    backend, model.parameters(), model.tokenizer(), template(model.tokenizer()), batch, listener);
            return scorer.score(asked).main().value() / TextMeasure.highest(metric());
        }
    }

    /** Exact match of generated answers. */
    record ExactMatchTest(EvalRows rows) implements TaskTest {

        static ExactMatchTest read(ContinualTask task, Source source, Consumer<String> notice) {
            var limits = new ModelLimits(source.config.vocabSize(), source.config.maxPositions());
            Path folder = source.model.path();
            var template = FolderTemplate.open(folder, source.model.chatTemplate(), source.tokenizer, source.started);
            var encoder = new ExampleEncoder(
                    source.tokenizer, template, EncodingOptions.ofLength(source.maxLength.kept(limits)), limits);
            var rows = EvalRows.read(
                    task.testFile(),
                    encoder,
                    source.tokenizer,
                    source.config.maxPositions(),
                    source.most,
                    Metric.EXACT_MATCH);
            check(task, rows);
            rows.notices().forEach(notice);
            if (!rows.tooLong().isEmpty()) {
                notice.accept("task " + task.name() + ": " + rows.tooLong().size()
                        + " test rows are left out, because the prompt fills the model's context");
            }
            return new ExactMatchTest(rows);
        }

        private static void check(ContinualTask task, EvalRows rows) {
            long blank = rows.questions().stream()
                    .filter(question -> question.reference().isBlank())
                    .count();
            if (rows.questions().isEmpty() || blank == rows.questions().size()) {
                if (!rows.tooLong().isEmpty()) throw noPosition(task);
                throw new InputError(
                        "the test rows of task " + task.name() + " have no answers",
                        task.testFile().toString(),
                        "a test row needs a prompt and an answer: prompt and completion, or prompt and answer");
            }
            if (blank > 0) {
                throw new InputError(
                        blank + " of " + rows.questions().size() + " test rows of task " + task.name()
                                + " have an empty answer",
                        task.testFile().toString(),
                        "add the answers, or remove the rows");
            }
        }

        @Override
        public String metric() {
            return EXACT_MATCH;
        }

        @Override
        public int questions() {
            return rows.questions().size();
        }

        @Override
        public String digest() {
            var digest = Digests.sha256();
            for (Question question : rows.questions()) {
                Digests.update(digest, question.promptIds());
                Digests.update(digest, question.endOfTurn().stream().toArray());
                digest.update((question.reference() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return Digests.brief(digest);
        }

        @Override
        public double score(Backend backend, LoadedModel model, int batch, EvalListener listener) {
            return new Scorer(backend, model.parameters(), model.tokenizer(), batch, AnswerForm.DEFAULT, listener)
                    .exactMatch(rows.questions())
                    .score();
        }
    }
}
