package org.halftune.data;

import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Optional;

/**
 * A data set in one line, for the beginning of a run.
 *
 * @param template the chat template that wrote the conversations, in words
 * @param dates what its {@code strftime_now} gave, if it has that
 */
public record DatasetDescription(
        DatasetSummary summary, EncodingOptions options, String template, Optional<LocalDateTime> dates) {

    public static DatasetDescription of(DatasetSummary summary, ExampleEncoder encoder) {
        var template = encoder.template();
        String dates = template.dates()
                .map(now -> "; dates in it: " + now.toLocalDate())
                .orElse("");
        return new DatasetDescription(summary, encoder.options(), template.description() + dates, template.dates());
    }

    /** {@code rows 1,234 · form messages · template … · loss on all tokens · 79,000 tokens, all learnt}. */
    public String line() {
        var notes = summary.notes();
        String chat = notes.conversations() > 0 ? " · template " + template : "";
        return "rows " + count(summary.rows()) + " · form " + notes.form() + chat + " · loss on " + learnt() + " · "
                + count(summary.tokens()) + (summary.tokens() == 1 ? " token, " : " tokens, ") + share();
    }

    /** On what the loss is. */
    public String learnt() {
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
        return all ? "all learnt" : count(summary.labelledTokens()) + " learnt";
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }
}
