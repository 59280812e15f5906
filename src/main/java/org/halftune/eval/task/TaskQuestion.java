package org.halftune.eval.task;

import java.util.List;
import org.halftune.data.Place;

/** A row of a task, as text. */
public sealed interface TaskQuestion {
    Place place();

    /** The text before the answer: description, examples, question. */
    String prompt();

    /**
     * A question with choices.
     *
     * @param choices the texts of the choices, whose length normalises acc_norm
     * @param delimiter between prompt and choice
     * @param right index of the right choice
     */
    record Choices(Place place, String prompt, List<String> choices, String delimiter, int right)
            implements TaskQuestion {
        public Choices {
            choices = List.copyOf(choices);
        }
    }

    /**
     * A question with a free answer.
     *
     * @param expected the accepted answers, at least one
     * @param source the text to simplify, for SARI; "" if there is none
     */
    record Open(Place place, String prompt, List<String> expected, String source) implements TaskQuestion {
        public Open {
            expected = List.copyOf(expected);
        }
    }
}
