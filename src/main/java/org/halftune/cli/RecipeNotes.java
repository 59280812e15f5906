package org.halftune.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.recipe.Treatment;
import org.halftune.recipe.Treatment.Effect;

/**
 * Lists how a recipe's keys were handled: first the keys used unchanged, then each translated key, then the ignored keys grouped by
 * reason.
 */
final class RecipeNotes {
    private static final int INDENT = 10;

    private RecipeNotes() {}

    /** Lines of at most {@code columns} characters; empty if all keys were used unchanged. */
    static String render(List<Treatment> treatments, int columns) {
        var plain = treatments.stream()
                .filter(treatment -> isPlain(treatment.outcome()))
                .toList();
        if (plain.size() == treatments.size()) return "";
        var text = new StringBuilder();
        append(
                text,
                "recipe",
                plain.isEmpty()
                        ? "no key was used unchanged"
                        : "used unchanged: "
                                + String.join(
                                        ", ", plain.stream().map(Treatment::key).toList()),
                columns);
        for (var treatment : treatments) {
            if (treatment.outcome() instanceof Effect.Used used && !used.note().isEmpty()) {
                append(text, "", treatment.setting() + " " + used.note(), columns);
            }
        }
        for (var reason : reasons(treatments)) {
            var keys = treatments.stream()
                    .filter(treatment -> reason(treatment).equals(Optional.of(reason)))
                    .map(Treatment::setting)
                    .toList();
            append(text, "", "ignored " + String.join(", ", keys) + " (" + reason + ")", columns);
        }
        for (var treatment : treatments) {
            if (treatment.isOfAbsence() && treatment.outcome() instanceof Effect.Ignored(String reason)) {
                append(text, "", treatment.key() + " is not set: " + reason, columns);
            }
        }
        return text.toString();
    }

    private static boolean isPlain(Effect outcome) {
        return outcome instanceof Effect.Used used && used.note().isEmpty();
    }

    /** Why a key of the recipe is ignored. */
    private static Optional<String> reason(Treatment treatment) {
        return treatment.outcome() instanceof Effect.Ignored(String reason) && !treatment.isOfAbsence()
                ? Optional.of(reason)
                : Optional.empty();
    }

    private static List<String> reasons(List<Treatment> treatments) {
        return treatments.stream()
                .flatMap(treatment -> reason(treatment).stream())
                .distinct()
                .toList();
    }

    private static void append(StringBuilder text, String label, String words, int columns) {
        var head = label + " ".repeat(INDENT - label.length());
        for (var line : wrapped(words, Math.max(30, columns - INDENT))) {
            text.append(head).append(line).append('\n');
            head = " ".repeat(INDENT + 2);
        }
    }

    private static List<String> wrapped(String words, int width) {
        List<String> lines = new ArrayList<>();
        var line = new StringBuilder();
        for (var word : words.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width - (lines.isEmpty() ? 0 : 2)) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (!line.isEmpty()) line.append(' ');
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
