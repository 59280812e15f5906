package org.halftune.data;

import java.nio.file.Path;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;

/**
 * A template that names a special token it does not define makes the native library panic at the first text, which ends
 * the whole process. (Of 10,000 damaged tokenizer files no other did.)
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
                        "post_processor." + template + " names the special token \""
                                + RowFields.shown(token.stringValue()) + "\", which its special_tokens do not define",
                        file.toString(),
                        "take tokenizer.json from the model's page again");
            }
        }
    }
}
