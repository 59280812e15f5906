package org.halftune.study;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.halftune.chat.ChatTemplate;
import org.halftune.console.Amounts;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.FolderTemplate;
import org.halftune.data.ModelLimits;
import org.halftune.data.Question;
import org.halftune.data.Row;
import org.halftune.data.RowReader;
import org.halftune.data.Tokenizer;
import org.halftune.eval.EvalRows;
import org.halftune.eval.Metric;
import org.halftune.eval.task.QuestionReader;
import org.halftune.eval.task.ReadyTasks;
import org.halftune.eval.task.TaskFile;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.halftune.source.DataPart;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.Rows;
import org.halftune.train.input.TrainingInputs;

/** Reads the files that a study scores, each once. */
final class SuiteReader {
    /** Exact match is measured if at least half of the expected answers have at most this many tokens, as in {@code compare}. */
    private static final int SHORT_ANSWER_TOKENS = 32;

    /** Questions answered at the same time; answers do not depend on it. */
    private static final int BATCH = 32;

    private final Tokenizer tokenizer;
    private final LlamaConfig config;
    private final LocalDateTime now;
    private final Consumer<String> notice;
    private final Map<Key, Suite> known = new LinkedHashMap<>();
    private final Map<String, Key> names = new LinkedHashMap<>();

    private record Key(
            String what, TrainingArguments.Model model, EncodingOptions encoding, Content content, int limit) {
        Path file() {
            return Path.of(what);
        }
    }

    private enum Content {
        QUESTIONS,
        PAIRS,
        TEXT
    }

    SuiteReader(Tokenizer tokenizer, LlamaConfig config, LocalDateTime now, Consumer<String> notice) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.now = now;
        this.notice = notice;
    }

    /**
     * The suites of a task, in the order test, knowledge, held-out text.
     *
     * @param arguments of the training: test rows are read with its template and lengths
     * @throws InputError if a file cannot be read or has no short answers
     */
    List<Suite> of(StudyTask task, TrainingArguments arguments) {
        var data = arguments.data();
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        int length = data.maxLength().kept(limits);
        var asLearnt = new EncodingOptions(
                length, data.truncation(), data.completionOnlyLoss().orElse(null), data.assistantOnlyLoss());
        var whole = EncodingOptions.ofLength(length);
        var suites = new ArrayList<Suite>();
        var content = task.pairs() ? Content.PAIRS : Content.QUESTIONS;
        var model = arguments.model();
        for (var what : task.test()) {
            suites.add(read(new Key(what, model, asLearnt, content, task.limit()), arguments));
        }
        for (var what : task.knowledge()) {
            suites.add(read(new Key(what, model, whole, Content.QUESTIONS, task.limit()), arguments));
        }
        for (var what : task.heldOut()) {
            suites.add(read(new Key(what, model, whole, Content.TEXT, task.limit()), arguments));
        }
        return suites;
    }

    private Suite read(Key key, TrainingArguments arguments) {
        var suite = known.get(key);
        if (suite == null) {
            suite = isTask(key.what) ? evaluated(key) : ofRows(key, arguments);
            known.put(key, suite);
        }
        return suite;
    }

    /** Whether a word names a task of {@code halftune eval}: {@code gsm8k}, {@code gsm8k=PATH}, {@code own.yaml}. */
    private static boolean isTask(String what) {
        var name = what.split("=", 2)[0];
        return name.endsWith(".yaml") || name.endsWith(".yml") || ReadyTasks.NAMES.contains(name);
    }

    private Suite evaluated(Key key) {
        var words = key.what.split("=", 2);
        var data = words.length == 2 ? Optional.of(Path.of(words[1])) : Optional.<Path>empty();
        var questions = QuestionReader.read(TaskFile.open(words[0]), data, key.limit);
        var name = unique(questions.task().name(), key);
        var suite = new Suite.Evaluated(name, questions, tokenizer, template(key), BATCH);
        boolean asks = key.content != Content.TEXT;
        if (suite.isPerplexity() != asks) return suite;
        throw new InputError(
                "the task " + name + " measures " + questions.task().mainMetric(),
                key.what,
                asks
                        ? "put it under heldout: test and knowledge need a score for each question"
                        : "put it under test or knowledge");
    }

    private Suite ofRows(Key key, TrainingArguments arguments) {
        return switch (key.content) {
            case PAIRS -> new Suite.Pairs(name(key), pairs(key, arguments));
            case QUESTIONS -> new Suite.Questions(name(key), questions(key.file(), rows(key)), tokenizer, BATCH);
            case TEXT -> new Suite.Text(name(key), rows(key).examples(), tokenizer);
        };
    }

    private Rows pairs(Key key, TrainingArguments arguments) {
        var first = key.limit == 0 ? OptionalInt.empty() : OptionalInt.of(key.limit);
        return TrainingInputs.pairs(arguments, DataPart.of(key.file()).first(first), config, now);
    }

    private ChatTemplate template(Key key) {
        return FolderTemplate.open(key.model.path(), key.model.chatTemplate(), tokenizer, now);
    }

    private EvalRows rows(Key key) {
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var encoder = new ExampleEncoder(tokenizer, template(key), key.encoding, limits);
        var metric = key.content == Content.QUESTIONS ? Metric.EXACT_MATCH : Metric.PERPLEXITY;
        var rows = EvalRows.read(key.file(), encoder, tokenizer, config.maxPositions(), key.limit, metric);
        rows.notices().forEach(notice);
        return rows;
    }

    private List<Question> questions(Path file, EvalRows rows) {
        if (!rows.tooLong().isEmpty()) {
            notice.accept(file + ": " + Amounts.counted(rows.tooLong().size(), "question")
                    + " left out, because the prompt fills the model's context");
        }
        if (rows.questions().isEmpty()) throw noQuestions(file);
        var lengths = rows.questions().stream()
                .mapToInt(question -> tokenizer.encode(question.reference(), false).length)
                .sorted()
                .toArray();
        int median = lengths[(lengths.length - 1) / 2];
        if (median > SHORT_ANSWER_TOKENS) {
            throw new InputError(
                    "half of the expected answers have at least " + Amounts.counted(median, "token")
                            + ", so exact match says nothing; the limit is " + SHORT_ANSWER_TOKENS,
                    file.toString(),
                    "use questions with short answers");
        }
        return rows.questions();
    }

    private static InputError noQuestions(Path file) {
        if (hasPairs(file)) {
            return new InputError(
                    "the rows are preference pairs, which have no exact match",
                    file.toString(),
                    "if they are the test of a task, add stage: dpo to the task");
        }
        return new InputError(
                "there are no questions: a study scores exact match",
                file.toString(),
                "use rows with prompt and completion");
    }

    private static boolean hasPairs(Path file) {
        try (var reader = RowReader.open(file)) {
            var first = reader.next();
            return first != null
                    && (first.row() instanceof Row.TextPreference || first.row() instanceof Row.ChatPreference);
        }
    }

    /** The last two parts of the path; with a number if a file is read in several ways, or two files share these parts. */
    private String name(Key key) {
        var absolute = key.file().toAbsolutePath().normalize();
        int parts = absolute.getNameCount();
        var brief = absolute.subpath(Math.max(0, parts - 2), parts).toString();
        return unique(brief, key);
    }

    private String unique(String brief, Key key) {
        var name = brief;
        for (int number = 2; names.containsKey(name) && !key.equals(names.get(name)); number++) {
            name = brief + " (" + number + ")";
        }
        names.put(name, key);
        return name;
    }
}
