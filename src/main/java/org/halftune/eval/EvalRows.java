package org.halftune.eval;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.data.DatasetDescription;
import org.halftune.data.DatasetSummary;
import org.halftune.data.Example;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.Question;
import org.halftune.data.Row;
import org.halftune.data.RowReader;
import org.halftune.data.Tokenizer;
import org.halftune.source.DataFile;
import org.halftune.source.DataFolder;

/**
 * A file as a model sees it.
 *
 * @param examples what perplexity is measured on
 * @param questions the rows that have a prompt and an answer
 * @param truncated how many rows lost their ends to {@code max_length}
 * @param notices what a user should know of them: form, template, on what the loss is, what is not used
 * @param tooLong where the rows stand whose prompts leave the model no position for an answer; they are no questions
 */
public record EvalRows(
        List<Example> examples, List<Question> questions, int truncated, List<String> tooLong, List<String> notices) {
    public EvalRows {
        examples = List.copyOf(examples);
        questions = List.copyOf(questions);
        tooLong = List.copyOf(tooLong);
        notices = List.copyOf(notices);
    }

    /** The same without the questions. */
    public EvalRows withoutQuestions() {
        return new EvalRows(examples, List.of(), truncated, tooLong, notices);
    }

    /**
     * Reads rows of a file or folder, or a {@code .txt} file (compressed or not) as one text in windows of {@code max_length} tokens without
     * special ones.
     *
     * @param encoder has max_length among its options
     * @param limit how many rows or windows to take at most; 0 for all
     * @param metric what will be measured; what only others need is not prepared
     * @throws InputError if the file cannot be read, a row cannot be used, or there is none
     */
    public static EvalRows read(
            Path file, ExampleEncoder encoder, Tokenizer tokenizer, int maxPositions, int limit, Metric metric) {
        if (DataFile.isPlainText(file)) {
            int length = Math.min(maxPositions, encoder.options().maxLength());
            var windows = TokenBatches.windows(tokenizer.encode(DataFile.text(file), false), length);
            return new EvalRows(limited(windows, limit), List.of(), 0, List.of(), List.of());
        }
        var examples = new ArrayList<Example>();
        var questions = new ArrayList<Question>();
        var tooLong = new ArrayList<String>();
        var counter = new DatasetSummary.Counter(encoder.options().maxLength());
        int read = 0;
        boolean chat = false;
        try (var reader = RowReader.open(file)) {
            for (var row = reader.next(); row != null; row = read == limit ? null : reader.next()) {
                read++;
                chat |= row.row() instanceof Row.Messages || row.row() instanceof Row.ChatCompletion;
                if (metric.wantsPerplexity()) {
                    for (var kept : counter.add(encoder.encode(row)))
                        for (var example : kept) if (example.labelledCount() > 0) examples.add(example);
                }
                if (metric.wantsExactMatch() && hasAnswer(row.row())) {
                    var question = encoder.question(row);
                    if (question.promptIds().length < maxPositions) questions.add(question);
                    else tooLong.add(row.place().toString());
                }
            }
        }
        var notices = new ArrayList<String>();
        if (Files.isDirectory(file)) notices.add(DataFolder.of(file).said());
        var description = DatasetDescription.of(counter.summary(), encoder);
        if (metric.wantsPerplexity()) {
            notices.add(file + ": " + description.line());
            for (String warning : description.summary().warnings()) notices.add(file + ": " + warning);
        } else if (chat) {
            notices.add(file + ": template " + description.template());
        }
        return new EvalRows(examples, questions, description.summary().truncated(), tooLong, notices);
    }

    private static boolean hasAnswer(Row row) {
        return switch (row) {
            case Row.PromptCompletion _, Row.ChatCompletion _, Row.Instruction _ -> true;
            case Row.Messages chat ->
                chat.conversation().messages().size() > 1
                        && chat.conversation().messages().getLast().isAssistant();
            case Row.Text _, Row.Tokenized _, Row.TextPreference _, Row.ChatPreference _ -> false;
        };
    }

    private static <T> List<T> limited(List<T> all, int limit) {
        return limit == 0 ? all : all.subList(0, Math.min(limit, all.size()));
    }
}
