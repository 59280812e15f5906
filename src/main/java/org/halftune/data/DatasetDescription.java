package org.halftune.data;

import java.time.LocalDateTime;
import java.util.Optional;
import java.util.stream.IntStream;
import org.halftune.console.Amounts;

/**
 * A data set in one line, for the beginning of a run.
 *
 * @param summary of the rows that were read
 * @param trainedRows rows of an epoch: not those held out, and as often as they are drawn
 * @param trainedTokens their tokens
 * @param template the chat template that wrote the conversations, in words
 * @param dates what its {@code strftime_now} gave, if it has that
 */
public record DatasetDescription(
        DatasetSummary summary,
        long trainedRows,
        long trainedTokens,
        EncodingOptions options,
        String template,
        Optional<LocalDateTime> dates) {

    /** Of rows that are all used. */
    public static DatasetDescription of(DatasetSummary summary, ExampleEncoder encoder) {
        return of(summary, summary.rows(), summary.tokens(), encoder);
    }

    /** Of what an epoch trains on. */
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

    /** With fewer rows to train on than read, {@code rows 1,234 read, 1,000 to train on … 64,000 tokens of 79,000 read, all learnt}; else {@code rows 1,234 · form messages · template … · loss on all tokens · 79,000 tokens, all learnt}. */
    public String line() {
        var notes = summary.notes();
        String chat = notes.conversations() > 0 ? " · template " + template : "";
        String read = summary.rows() == trainedRows ? "" : " read, " + Amounts.exact(trainedRows) + " to train on";
        String tokens = summary.tokens() == trainedTokens ? "" : Amounts.exact(trainedTokens) + " tokens of ";
        return "rows " + Amounts.exact(summary.rows()) + read + " · form " + notes.form() + chat + " · loss on "
                + lossOn()
                + " · " + tokens + Amounts.exact(summary.tokens())
                + (tokens.isEmpty() ? summary.tokens() == 1 ? " token, " : " tokens, " : " read, ") + share();
    }

    /** On what the loss is. */
    public String lossOn() {
        var notes = summary.notes();
        if (options.assistantOnlyLoss() && notes.conversations() > 0) return "the assistant's turns";
        if (!options.masksPrompt() || notes.prompts() == 0)
            return share().equals("all learnt") ? "all tokens" : "what is not masked";
        return notes.prompts() == summary.rows()
                ? "completions"
                : "completions, and all tokens of rows without a prompt";
    }

    private String share() {
        boolean all =
                summary.labelledTokens() == summary.tokens() - summary.notes().sequences();
        return all ? "all learnt" : Amounts.exact(summary.labelledTokens()) + " learnt";
    }
}
