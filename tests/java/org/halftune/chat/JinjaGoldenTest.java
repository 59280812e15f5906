package org.halftune.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Map;
import org.halftune.chat.jinja.JinjaError;
import org.halftune.chat.jinja.Template;
import org.junit.jupiter.api.Test;

/** Small templates, one construct each, compared with the output of transformers ({@code jinja_golden.py}). */
class JinjaGoldenTest {
    private static final LocalDateTime NOW = LocalDateTime.parse("2026-11-03T15:04:05");

    @Test
    void eachConstructRendersAsInPython() {
        var golden = Json.resource("jinja_golden.json");
        var variables = Json.map(golden.get("variables"));
        var differences = new ArrayList<String>();
        for (Object each : Json.list(golden.get("cases"))) {
            var wanted = Json.map(each);
            String source = (String) wanted.get("template");
            String want = wanted.containsKey("text") ? "«" + wanted.get("text") + "»" : "an error";
            String got = rendered(source, variables);
            boolean same = wanted.containsKey("text") ? got.equals(want) : got.startsWith("error");
            if (!same)
                differences.add(
                        source + "\n    got  " + got + "\n    want " + want + " " + wanted.getOrDefault("error", ""));
        }
        assertThat(differences).isEmpty();
    }

    private static String rendered(String source, Map<String, Object> variables) {
        try {
            return "«" + Template.parse(source).render(variables, NOW).text() + "»";
        } catch (JinjaError e) {
            return "error " + e.problem() + " at line " + e.line();
        }
    }
}
