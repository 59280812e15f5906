package org.halftune.data;

import java.time.LocalDateTime;
import java.util.Optional;
import java.util.stream.IntStream;
import org.halftune.console.Amounts;

/**
 * One-line description of a data set, printed when a run starts.
 *
 * @param summary of the rows that were read
 * @param trainedRows rows of one epoch: without held-out rows; a row that is drawn several times counts each time
 * @param trainedTokens their tokens
 * @param template description of the chat template
 * @param dates the date that {@code strftime_now} gave, if the template calls it
 */
public record DatasetDescription(
        DatasetSummary summary,
        long trainedRows,
        long trainedTokens,
        EncodingOptions options,
        String template,
        Optional<LocalDateTime> dates) {

    /** Describes a data set of which all rows are used. */
    public static DatasetDescription of(DatasetSummary summary, ExampleEncoder encoder) {
        return of(summary, summary.rows(), summary.tokens(), encoder);
    }

    /** Describes the rows of one epoch. */
    public static DatasetDescription of(Dataset rows, ExampleEncoder encoder) {
        long tokens = IntStream.range(0, rows.size()).mapToLong(rows::tokens).sum();
        return of(rows.summary(), rows.size(), tokens, encoder);
    }

    private static DatasetDescription of(
            DatasetSummary summary, long trainedRows, long trainedTokens, ExampleEncoder encoder) {
        var template = encoder.template();
        String dates = template.dates()
                .map(now -> "; dates in it: " + now.toLocalDate())
                .orElse("");
        return new DatasetDescription(
                summary,
                trainedRows,
                trainedTokens,
                encoder.options(),
                template.description() + dates,
                template.dates());
    }

    /**
     * {@code rows 1,234 · format messages · template … · loss on all tokens · 79,000 tokens, 77,766 trained}. If an epoch
     * does not train on all rows: {@code rows 1,234 read, 1,000 to train on · … · 79,000 tokens read, 77,766 of them with a
     * loss; 64,000 to train on}.
     */
    public String line() {
        var notes = summary.notes();
        String chat = notes.conversations() > 0 ? " · template " + template : "";
        String read = summary.rows() == trainedRows ? "" : " read, " + Amounts.exact(trainedRows) + " to train on";
        return "rows " + Amounts.exact(summary.rows()) + read + " · format " + notes.format() + chat + " · loss on "
                + lossOn()
                + " · " + tokens();
    }

    /** Where the loss is computed: {@code completions}, {@code the assistant's turns}, … */
    public String lossOn() {
        var notes = summary.notes();
        if (options.assistantOnlyLoss() && notes.conversations() > 0) return "the assistant's turns";
        if (!options.masksPrompt() || notes.prompts() == 0)
            return allTrainedOn() ? "all tokens" : "tokens that are not masked";
        return notes.prompts() == summary.rows()
                ? "completions"
                : "completions, and all tokens of rows without a prompt";
    }

    private String tokens() {
        String read = Amounts.counted(summary.tokens(), "token");
        String withLoss = Amounts.exact(summary.labelledTokens());
        return summary.tokens() == trainedTokens
                ? read + ", " + withLoss + " trained"
                : read + " read, " + withLoss + " of them with a loss; " + Amounts.exact(trainedTokens)
                        + " to train on";
    }

    /** All but the first token of each sequence, which cannot have a loss. */
    private boolean allTrainedOn() {
        return summary.labelledTokens() == summary.tokens() - summary.notes().sequences();
    }
}
