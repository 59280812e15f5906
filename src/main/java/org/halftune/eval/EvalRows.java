package org.halftune.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.data.Example;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.PlacedRow;
import org.halftune.data.Question;
import org.halftune.data.Row;
import org.halftune.data.RowReader;
import org.halftune.data.Tokenizer;
import org.halftune.problem.InputError;
import org.halftune.source.DataFile;

/**
 * A file as a model sees it.
 *
 * @param examples what perplexity is measured on
 * @param questions the rows that have a prompt and an answer
 * @param truncated how many rows lost their ends to {@code max_length}
 */
public record EvalRows(List<Example> examples, List<Question> questions, int truncated) {
    public EvalRows {
        examples = List.copyOf(examples);
        questions = List.copyOf(questions);
    }

    /**
     * Reads rows, or a {@code .txt} file (compressed or not) as one text in windows of {@code max_length} tokens without
     * special ones.
     *
     * @param encoder has max_length among its options
     * @param limit how many rows or windows to take at most; 0 for all
     * @throws InputError if the file cannot be read, a row cannot be used, or there is none
     */
    public static EvalRows read(Path file, ExampleEncoder encoder, Tokenizer tokenizer, int maxPositions, int limit) {
        if (DataFile.isPlainText(file)) {
            var windows = TokenBatches.windows(
                    tokenizer.encode(DataFile.text(file), false),
                    encoder.options().maxLength());
            return new EvalRows(limited(windows, limit), List.of(), 0);
        }
        var examples = new ArrayList<Example>();
        var questions = new ArrayList<Question>();
        int truncated = 0;
        for (var row : limited(RowReader.readAll(file), limit)) {
            var encoded = encoder.encode(row);
            for (var example : encoded.examples()) if (example.labelledCount() > 0) examples.add(example);
            if (encoded.truncated()) truncated++;
            if (hasAnswer(row.row())) questions.add(question(row, encoder, maxPositions));
        }
        return new EvalRows(examples, questions, truncated);
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

    private static Question question(PlacedRow row, ExampleEncoder encoder, int maxPositions) {
        var question = encoder.question(row);
        if (question.promptIds().length < maxPositions) return question;
        throw new InputError(
                "the prompt has " + question.promptIds().length + " tokens, the model " + maxPositions
                        + " positions for prompt and answer together",
                row.place().toString(),
                "shorten the prompt, leave the row out, or measure --metric perplexity alone");
    }

    private static <T> List<T> limited(List<T> all, int limit) {
        return limit == 0 ? all : all.subList(0, Math.min(limit, all.size()));
    }
}
