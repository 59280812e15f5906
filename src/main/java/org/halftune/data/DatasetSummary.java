package org.halftune.data;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.halftune.chat.Message;
import org.halftune.console.Amounts;

/**
 * Counts of the rows that were read.
 *
 * @param rows rows read
 * @param tokens tokens of the kept rows
 * @param labelledTokens tokens of the kept rows that have a label
 * @param truncated rows that were longer than {@code maxLength} and were truncated
 * @param split rows that were longer than {@code maxLength} and were split
 * @param dropped rows that were left out because no token has a label after truncation
 * @param cutEmpty those dropped rows that had a label before truncation
 * @param sharedBoundaries rows in which one token spans the end of the prompt and the start of the completion
 * @param longest length of the longest kept row in tokens
 * @param maxLength maximum length of a row in tokens
 * @param notes formats, unused columns and more
 */
public record DatasetSummary(
        int rows,
        long tokens,
        long labelledTokens,
        int truncated,
        int split,
        int dropped,
        int cutEmpty,
        int sharedBoundaries,
        int longest,
        int maxLength,
        RowNotes notes) {

    /** Warnings for the user, one sentence each. */
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        String limit = "max_length " + maxLength;
        if (truncated > 0)
            warnings.add(of(
                    truncated,
                    "is longer than " + limit + " and was cut",
                    "are longer than " + limit + " and were cut"));
        if (split > 0)
            warnings.add(of(
                    split,
                    "is longer than " + limit + " and was split",
                    "are longer than " + limit + " and were split"));
        if (cutEmpty > 0) {
            warnings.add(of(cutEmpty, "was", "were") + " left out: " + limit + " cuts off all tokens to learn");
        }
        if (dropped > cutEmpty) {
            warnings.add(of(dropped - cutEmpty, "was", "were") + " left out: no token to learn");
        }
        if (sharedBoundaries > 0) {
            warnings.add("in " + Amounts.exact(sharedBoundaries) + " of " + Amounts.counted(rows, "row")
                    + " one token spans the end of the prompt and the start of the completion;"
                    + " end the prompts with a line break, or start the completions with one");
        }
        if (notes.simplified() > 0) {
            warnings.add(
                    "in " + Amounts.exact(notes.simplified()) + " of " + Amounts.counted(rows, "row")
                            + " content is null or a list of parts, which the chat template cannot handle: it got their joined text");
        }
        if (notes.blankAnswers() > 0) {
            warnings.add(of(
                            notes.blankAnswers(),
                            "has a blank answer (chosen or rejected)",
                            "have a blank answer (chosen or rejected)")
                    + ": of an empty one only the end token is learned");
        }
        if (!notes.unused().isEmpty()) warnings.add("columns not used: " + String.join(", ", notes.unused()));
        return warnings;
    }

    private String of(int count, String one, String many) {
        return Amounts.exact(count) + " of " + Amounts.counted(rows, "row") + " " + (count == 1 ? one : many);
    }

    /** Counts rows as they are encoded. */
    public static final class Counter {
        private final int maxLength;
        private final TreeMap<String, Integer> formats = new TreeMap<>();
        private final Set<String> unused = new LinkedHashSet<>();
        private final TreeSet<Integer> ends = new TreeSet<>();
        private int simplified;
        private int blankAnswers;
        private int conversations;
        private int prompts;
        private long sequences;
        private int rows;
        private long tokens;
        private long labelledTokens;
        private int truncated;
        private int split;
        private int dropped;
        private int cutEmpty;
        private int sharedBoundaries;
        private int longest;

        public Counter(int maxLength) {
            this.maxLength = maxLength;
        }

        /** Rows counted so far. */
        int rows() {
            return rows;
        }

        /** Counts a row. Returns the rows made from it that have at least one label; the others are dropped. */
        public List<List<Example>> add(EncodedRow row) {
            rows++;
            formats.merge(row.source().format(), 1, Integer::sum);
            unused.addAll(row.source().unused());
            if (row.truncated()) truncated++;
            if (row.split()) split++;
            if (row.sharedBoundary()) sharedBoundaries++;
            if (row.simplified()) simplified++;
            if (hasBlankAnswer(row.source().row())) blankAnswers++;
            switch (row.source().row()) {
                case Row.Messages _ -> conversations++;
                case Row.ChatCompletion _, Row.ChatPreference _ -> {
                    conversations++;
                    prompts++;
                }
                case Row.PromptCompletion _, Row.Instruction _, Row.TextPreference _ -> prompts++;
                case Row.Text _, Row.Tokenized _ -> {}
            }
            var kept = row.rows().stream()
                    .filter(examples -> isLearned(examples, row.source().row()))
                    .toList();
            if (kept.isEmpty()) {
                dropped++;
                if (row.fullLabelled() > 0) cutEmpty++;
                return kept;
            }
            ends.addAll(row.ends());
            for (List<Example> examples : kept) {
                int length = examples.stream().mapToInt(Example::length).sum();
                tokens += length;
                sequences += examples.size();
                labelledTokens += labelled(examples);
                longest = Math.max(longest, length);
            }
            return kept;
        }

        /** A pair needs a token of each side. */
        private static boolean isLearned(List<Example> examples, Row source) {
            return switch (source) {
                case Row.TextPreference _, Row.ChatPreference _ ->
                    examples.stream().allMatch(example -> example.labelledCount() > 0);
                default -> labelled(examples) > 0;
            };
        }

        private static boolean hasBlankAnswer(Row source) {
            return switch (source) {
                case Row.TextPreference pair ->
                    pair.chosen().isBlank() || pair.rejected().isBlank();
                case Row.ChatPreference pair -> isBlank(pair.chosen()) || isBlank(pair.rejected());
                default -> false;
            };
        }

        private static boolean isBlank(List<Message> answer) {
            return answer.stream().allMatch(message -> message.text().isBlank());
        }

        private static int labelled(List<Example> examples) {
            return examples.stream().mapToInt(Example::labelledCount).sum();
        }

        public DatasetSummary summary() {
            return new DatasetSummary(
                    rows,
                    tokens,
                    labelledTokens,
                    truncated,
                    split,
                    dropped,
                    cutEmpty,
                    sharedBoundaries,
                    longest,
                    maxLength,
                    new RowNotes(
                            formats,
                            List.copyOf(unused),
                            ends,
                            simplified,
                            blankAnswers,
                            conversations,
                            prompts,
                            sequences));
        }
    }
}
