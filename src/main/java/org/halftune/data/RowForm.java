package org.halftune.data;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.problem.InputError;

/**
 * Which columns make which kind of row. A row takes the first form, in this order, all of whose columns it has: so
 * {@code prompt} + {@code completion} goes before {@code messages}, as in TRL, and {@code text} comes last, because data
 * sets often repeat the other columns in it.
 */
enum RowForm {
    TOKENIZED("input_ids[, labels]", "input_ids"),
    PROMPT_COMPLETION("prompt, completion", "prompt", "completion"),
    PROMPT_ANSWER("prompt, answer", "prompt", "answer"),
    QUESTION_ANSWER("question, answer", "question", "answer"),
    MESSAGES("messages", "messages"),
    CONVERSATIONS("conversations", "conversations"),
    INSTRUCTION("instruction[, input], output", "instruction", "output"),
    TEXT("text", "text");

    private final String columns;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> required;

    RowForm(String columns, String... required) {
        this.columns = columns;
        this.required = List.of(required);
    }

    /**
     * The form of a row with these columns.
     *
     * @throws InputError if there is none; it lists the columns found and the forms that are read
     */
    static RowForm of(Set<String> found, Place place) {
        for (RowForm form : values()) {
            // A conversation that two answers follow is a preference: its own messages hold nothing to learn.
            if (form == CONVERSATIONS && found.containsAll(Set.of("chosen", "rejected"))) continue;
            if (found.containsAll(form.required)) return form;
        }
        String forms = Arrays.stream(values()).map(form -> form.columns).collect(Collectors.joining(" | "));
        String columns = found.isEmpty()
                ? "no columns"
                : "the columns "
                        + found.stream().limit(20).map(RowParser::shown).collect(Collectors.joining(", "));
        String preference = found.containsAll(Set.of("chosen", "rejected"))
                ? "; rows of chosen and rejected are preferences, which supervised training cannot use"
                : "";
        throw new InputError(
                "a row has " + columns + ", which is no form of training row" + preference,
                place.toString(),
                "rename the columns to one of: " + forms);
    }
}
