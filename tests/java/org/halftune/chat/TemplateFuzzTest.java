package org.halftune.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;

/** For any template, a conversation is rendered or refused with an {@link InputError} in limited time. */
class TemplateFuzzTest {
    private static final String[] PIECES = {
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-",
        "+",
        "{%-",
        "-%}",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "|",
        ".",
        ":",
        ",",
        "~",
        "=",
        "==",
        "<",
        "*",
        "**",
        "%",
        "/",
        "//",
        "'",
        "\"",
        "\\",
        "\n",
        " ",
        "0",
        "-1",
        "9223372036854775807",
        "1e308",
        "0.1",
        "none",
        "true",
        " in ",
        " not ",
        " is ",
        " if ",
        " else ",
        "for ",
        "endfor",
        "set ",
        "endset",
        "macro ",
        "endmacro",
        "generation",
        "endgeneration",
        "break",
        "continue",
        "messages",
        "message",
        "tools",
        "loop",
        "content",
        "role",
        "nope",
        "namespace(",
        "range(",
        "tojson",
        "trim",
        "items()",
        "split(",
        "map(",
        "selectattr(",
        "[::-1]",
        "[1:]",
        "join",
        "{% raw %}",
        "{% endraw %}",
        "é",
        "🙂",
        "\ud83d",
        "\u0000",
        "format(",
        "'%s'",
        "replace(",
        "dictsort",
        "indent(",
        "sort",
        "strftime_now(",
        "raise_exception(",
        "caller()",
        "{% call "
    };

    /** Runs over the seeds here; explores with {@code JAZZER_FUZZ=1}. */
    @FuzzTest(maxDuration = "60s")
    void randomTemplatesOnlyThrowJinjaErrors(byte[] source) {
        renderOrRefuse(new String(source, StandardCharsets.UTF_8));
    }

    @Test
    void mutatedTemplatesOnlyThrowJinjaErrors() {
        var seeds = seeds();
        var random = new Random(11);
        for (int i = 0; i < 15_000; i++) renderOrRefuse(mutated(seeds.get(random.nextInt(seeds.size())), random));
    }

    @Test
    void templatesFromFragmentsOnlyThrowJinjaErrors() {
        var random = new Random(12);
        for (int i = 0; i < 15_000; i++) {
            var source = new StringBuilder("{{ ");
            for (int n = random.nextInt(12); n >= 0; n--) source.append(PIECES[random.nextInt(PIECES.length)]);
            renderOrRefuse(source.append(random.nextBoolean() ? " }}" : "").toString());
        }
    }

    /** Real templates are not part of the project; those of the golden test have every construct. */
    private static List<String> seeds() {
        var seeds = new ArrayList<String>();
        for (Object each : Json.list(Json.resource("jinja_golden.json").get("cases"))) {
            seeds.add((String) Json.map(each).get("template"));
        }
        return seeds;
    }

    private static String mutated(String seed, Random random) {
        String source = seed;
        for (int n = random.nextInt(4); n >= 0; n--) {
            int begin = random.nextInt(source.length() + 1);
            int end = Math.min(source.length(), begin + random.nextInt(6));
            source = source.substring(0, begin) + PIECES[random.nextInt(PIECES.length)] + source.substring(end);
        }
        return source;
    }

    private static void renderOrRefuse(String source) {
        var threads = ManagementFactory.getThreadMXBean();
        long begun = threads.getCurrentThreadCpuTime();
        try {
            new JinjaTemplate(source, "fuzz.jinja", "", Map.of("bos_token", "<s>"), LocalDateTime.MIN)
                    .render(Conversation.of(Message.of("user", "a 🙂"), Message.of("assistant", "b\n")), true);
        } catch (InputError e) {
            if (e.what().isBlank() || !e.where().startsWith("fuzz.jinja")) {
                throw new AssertionError("an error that does not say what and where: " + source, e);
            }
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(source, e);
        }
        assertThat((threads.getCurrentThreadCpuTime() - begun) / 1e9).as(source).isLessThan(1);
    }
}
