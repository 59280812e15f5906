package org.halftune.data;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;

/** Which columns make which kind of row. A column whose value is null counts as absent. */
enum RowForm {
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

    RowForm(String columns, String... required) {
        this.columns = columns;
        this.required = List.of(required);
    }

    /** {@code instruction[, input], output}. */
    String columns() {
        return columns;
    }

    List<String> required() {
        return required;
    }

    /**
     * The form of a row. Tokens go before what they were made from, and {@code text} comes last, because data sets often
     * repeat the other columns in it. A row that is complete in two further forms is read in the one that holds the other's
     * words; if neither does, it says two things.
     *
     * @throws InputError if there is no form, or two that say different things
     */
    static RowForm of(RowFields row) {
        List<RowForm> complete = complete(row::has);
        if (complete.isEmpty()) complete = complete(row.object()::has); // a null is then the fault that is reported
        if (complete.isEmpty()) throw none(row);
        if (complete.getFirst() == TOKENIZED || complete.size() == 1) return complete.getFirst();
        RowForm form = complete.getFirst();
        for (RowForm other : complete.subList(1, complete.size())) {
            if (other == TEXT || other.isPartOf(form)) continue;
            if (other == PREFERENCE && form != PROMPT_COMPLETION) {
                form = other; // its prompt may be a conversation or an instruction
                continue;
            }
            Set<String> words = form.words(row);
            Set<String> others = other.words(row);
            if (words.containsAll(others)) continue;
            if (!others.containsAll(words)) throw two(form, other, row);
            form = other;
        }
        return form;
    }

    private static List<RowForm> complete(Predicate<String> has) {
        return Arrays.stream(values())
                .filter(form -> form.required.stream().allMatch(has))
                .toList();
    }

    /** {@code prompt, completion} beside an {@code answer} is TRL's form; the answer is a note of the data set's. */
    private boolean isPartOf(RowForm form) {
        return form == PROMPT_COMPLETION && this == PROMPT_ANSWER;
    }

    /** The texts that a row holds in this form. */
    private Set<String> words(RowFields row) {
        var words = new LinkedHashSet<String>();
        for (String column : required) collect(row.get(column), words);
        return words;
    }

    private static void collect(JsonNode node, Set<String> words) {
        if (node.isString()) words.add(node.stringValue().strip());
        if (node.isArray()) node.forEach(element -> collect(element, words));
        if (node.isObject()) {
            for (String name : List.of("content", "value", "text")) collect(node.path(name), words);
        }
    }

    private static InputError none(RowFields row) {
        var found = row.object().propertyNames();
        String forms = Arrays.stream(values()).map(form -> form.columns).collect(Collectors.joining(" | "));
        String columns = found.isEmpty()
                ? "no columns"
                : "the columns "
                        + found.stream().limit(20).map(RowFields::shown).collect(Collectors.joining(", "));
        return new InputError(
                "a row has " + columns + ", which is no form of training row",
                row.place().toString(),
                "rename the columns to one of: " + forms);
    }

    private static InputError two(RowForm one, RowForm other, RowFields row) {
        return new InputError(
                "a row has two forms that say different things: " + one.columns + " and " + other.columns,
                row.place().toString(),
                "keep the columns of the form that is to be learnt, and remove the other's");
    }
}
