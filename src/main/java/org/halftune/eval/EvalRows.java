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
 * The encoded rows of an evaluation file.
 *
 * @param examples examples for perplexity
 * @param questions rows with a prompt and an answer
 * @param truncated number of rows truncated to {@code max_length}
 * @param tooLong locations of rows that are left out of the questions because the prompt leaves no position for an
 *     answer
 * @param notices notices about the rows: form, template, where the loss is computed, unused columns
 */
public record EvalRows(
        List<Example> examples, List<Question> questions, int truncated, List<String> tooLong, List<String> notices) {
    public EvalRows {
        examples = List.copyOf(examples);
        questions = List.copyOf(questions);
        tooLong = List.copyOf(tooLong);
        notices = List.copyOf(notices);
    }

    /** Without the questions. */
    public EvalRows withoutQuestions() {
        return new EvalRows(examples, List.of(), truncated, tooLong, notices);
    }

    /**
     * Reads the rows of a file or folder, or a {@code .txt} file (compressed or not) as one text, in windows of {@code
     * max_length} tokens without special tokens.
     *
     * @param encoder its options include max_length
     * @param limit maximum number of rows or windows; 0 for all
     * @param metric the metric to prepare the rows for
     * @throws InputError if the file cannot be read, a row cannot be used, or there are no rows
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
        if (Files.isDirectory(file)) notices.add(DataFolder.of(file).summary());
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
