package org.halftune.data;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Function;
import org.halftune.problem.InputError;

/**
 * Encodes a preference pair as TRL's {@code DPOTrainer} does: as two rows with the same prompt, each trained on its completion
 * alone, each shortened on its own. The pair is one row of two sequences, the chosen one first.
 *
 * <p>A pair whose prompt fills the row is left out, because no token of the completions would be left.
 *
 * @param encode encodes a prompt and its completion
 */
record PairEncoder(Function<PlacedRow, EncodedRow> encode) {

    EncodedRow encode(Row.TextPreference pair, PlacedRow placed) {
        requireDifference(pair.chosen().equals(pair.rejected()), placed.place());
        return joined(
                new Row.PromptCompletion(pair.prompt(), pair.chosen()),
                new Row.PromptCompletion(pair.prompt(), pair.rejected()),
                placed);
    }

    EncodedRow encode(Row.ChatPreference pair, PlacedRow placed) {
        requireDifference(pair.chosen().equals(pair.rejected()), placed.place());
        if (pair.prompt().messages().isEmpty()) throw noPrompt(placed.place());
        return joined(
                new Row.ChatCompletion(pair.prompt(), pair.chosen()),
                new Row.ChatCompletion(pair.prompt(), pair.rejected()),
                placed);
    }

    private EncodedRow joined(Row chosen, Row rejected, PlacedRow placed) {
        var one = encode.apply(placed.with(chosen));
        var other = encode.apply(placed.with(rejected));
        SequencedSet<Integer> ends = new LinkedHashSet<>(one.ends());
        ends.addAll(other.ends());
        return new EncodedRow(
                List.of(List.of(only(one), only(other))),
                one.fullLength() + other.fullLength(),
                one.fullLabelled() + other.fullLabelled(),
                one.sharedBoundary() || other.sharedBoundary(),
                one.simplified() || other.simplified(),
                ends,
                placed);
    }

    private static Example only(EncodedRow row) {
        if (row.examples().size() != 1) {
            throw new IllegalStateException(row.examples().size() + " sequences of one side");
        }
        return row.examples().getFirst();
    }

    private static void requireDifference(boolean equal, Place place) {
        if (!equal) return;
        throw new InputError(
                "chosen and rejected are equal: the pair prefers nothing",
                place.toString(),
                "remove the row, or correct one of its answers");
    }

    private static InputError noPrompt(Place place) {
        return new InputError(
                "the pair has no prompt: chosen and rejected differ from their first message on",
                place.toString(),
                "add a column prompt, or begin both with the messages that they answer");
    }
}
