package org.halftune.data;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import tools.jackson.databind.JsonNode;

/** The formats of rows, by their columns. A column whose value is null counts as missing. */
enum RowFormat {
    TOKENIZED("input_ids[, labels]", "input_ids"),
    PROMPT_COMPLETION("prompt, completion", "prompt", "completion"),
    PROMPT_ANSWER("prompt, answer", "prompt", "answer"),
    QUESTION_ANSWER("question, answer", "question", "answer"),
    MESSAGES("messages", "messages"),
    CONVERSATIONS("conversations", "conversations"),
    INSTRUCTION("instruction[, input], output", "instruction", "output"),
    PREFERENCE("[prompt,] chosen, rejected", "chosen", "rejected"),
    TEXT("text", "text");

    private final String columns;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> required;

    RowFormat(String columns, String... required) {
        this.columns = columns;
        this.required = List.of(required);
    }

    /** For display: {@code instruction[, input], output}. */
    String columns() {
        return columns;
    }

    List<String> required() {
        return required;
    }

    /**
     * The format of a row. {@code input_ids} has priority over the text it was made from, and {@code text} comes last,
     * because data sets often repeat the other columns in it. If a row has the columns of two other formats, the one
     * that contains all texts of the other is used.
     *
     * @throws InputError if the row has the columns of no format, or of two formats with different texts
     */
    static RowFormat of(RowFields row) {
        List<RowFormat> complete = complete(row::has);
        if (complete.isEmpty()) complete = complete(row.object()::has); // the null is then reported as the error
        if (complete.isEmpty()) throw none(row);
        if (complete.getFirst() == TOKENIZED || complete.size() == 1) return complete.getFirst();
        RowFormat format = complete.getFirst();
        for (RowFormat other : complete.subList(1, complete.size())) {
            if (other == TEXT || other.isPartOf(format)) continue;
            if (other == PREFERENCE && format != PROMPT_COMPLETION) {
                format = other; // its prompt may be a conversation or an instruction
                continue;
            }
            Set<String> texts = format.texts(row);
            Set<String> others = other.texts(row);
            if (texts.containsAll(others)) continue;
            if (!others.containsAll(texts)) throw two(format, other, row);
            format = other;
        }
        return format;
    }

    private static List<RowFormat> complete(Predicate<String> has) {
        return Arrays.stream(values())
                .filter(format -> format.required.stream().allMatch(has))
                .toList();
    }

    /** {@code prompt, completion} with an {@code answer} is TRL's format; the answer is extra information. */
    private boolean isPartOf(RowFormat format) {
        return format == PROMPT_COMPLETION && this == PROMPT_ANSWER;
    }

    /** The texts of a row in this format. */
    private Set<String> texts(RowFields row) {
        var texts = new LinkedHashSet<String>();
        for (String column : required) collect(row.get(column), texts);
        return texts;
    }

    private static void collect(JsonNode node, Set<String> texts) {
        if (node.isString()) texts.add(node.stringValue().strip());
        if (node.isArray()) node.forEach(element -> collect(element, texts));
        if (node.isObject()) {
            for (String name : List.of("content", "value", "text")) collect(node.path(name), texts);
        }
    }

    private static InputError none(RowFields row) {
        var found = row.object().propertyNames();
        if (found.contains("chosen") != found.contains("rejected")) {
            boolean chosen = found.contains("chosen");
            return new InputError(
                    "the pair has " + (chosen ? "chosen but not rejected" : "rejected but not chosen"),
                    row.place().toString(),
                    "add the column " + (chosen ? "rejected" : "chosen") + ", or remove the row");
        }
        String formats = Arrays.stream(values())
                .filter(format -> format != PREFERENCE) // which training refuses
                .map(format -> format.columns)
                .collect(Collectors.joining(" | "));
        String columns = found.isEmpty()
                ? "no columns"
                : "the columns "
                        + found.stream().limit(20).map(RowFields::shown).collect(Collectors.joining(", "));
        var known = Arrays.stream(values())
                .flatMap(format -> format.required.stream())
                .toList();
        String meant = found.stream()
                .filter(name -> !known.contains(name) && !name.equals("input") && !name.equals("labels"))
                .flatMap(name -> Spelling.closest(name, known).stream())
                .findFirst()
                .map(name -> "did you mean '" + name + "'? Otherwise ")
                .orElse("");
        return new InputError(
                "the row has " + columns + ", which match no supported format",
                row.place().toString(),
                meant + "rename the columns to one of: " + formats);
    }

    private static InputError two(RowFormat one, RowFormat other, RowFields row) {
        return new InputError(
                "the row has the columns of two formats with different texts: " + one.columns + " and " + other.columns,
                row.place().toString(),
                "keep the columns of one format and remove the others");
    }
}
