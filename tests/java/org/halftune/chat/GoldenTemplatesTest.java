package org.halftune.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.halftune.SharedFolder;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Templates of real models render exactly as transformers with Python's jinja2, including errors. */
class GoldenTemplatesTest {
    private static final LocalDateTime NOW = LocalDateTime.parse("2026-11-23T00:00:00");

    @TestFactory
    Stream<DynamicTest> rendersAsTransformers() throws IOException {
        Path folder = SharedFolder.require("models/chat_templates");
        var golden = Json.object(Files.readString(SharedFolder.require("fixtures/chat_templates.json")));
        var templates = Json.map(Objects.requireNonNull(golden.get("templates")));
        return templates.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    var template = template(folder.resolve(entry.getKey()), Json.map(entry.getValue()));
                    var cases = Json.list(Json.map(entry.getValue()).get("cases"));
                    assertThat(cases).hasSize(32);
                    for (Object each : cases) check(template, Json.map(each), golden);
                }));
    }

    private static JinjaTemplate template(Path file, Map<String, Object> about) throws IOException {
        var tokens = new HashMap<String, Object>();
        tokens.put("bos_token", about.get("bos_token"));
        tokens.put("eos_token", about.get("eos_token"));
        return new JinjaTemplate(Files.readString(file), file.toString(), "", tokens, NOW);
    }

    private static void check(JinjaTemplate template, Map<String, Object> golden, Map<String, Object> all) {
        String name = (String) golden.get("chat");
        var messages = Json.messages(Json.map(all.get("chats")).get(name));
        List<Object> tools = name.equals("tool call") ? List.of(all.get("tool")) : List.of();
        var conversation = new Conversation(messages, tools, Map.of());
        boolean prompt = (Boolean) golden.get("add_generation_prompt");
        if (golden.get("error") instanceof String error) {
            String words = error.replaceFirst("^[A-Za-z]+: ", "");
            assertThatThrownBy(() -> template.render(conversation, prompt))
                    .as(name)
                    .isInstanceOfSatisfying(InputError.class, e -> {
                        assertThat(e.what()).endsWith(words);
                        assertThat(e.where()).matches(".* line \\d+");
                    });
            return;
        }
        var rendered = template.render(conversation, prompt);
        assertThat(rendered.text()).as(name).isEqualTo(golden.get("text"));
        if (golden.get("assistant_spans") == null) {
            assertThat(rendered.generated()).as(name).isEmpty();
            return;
        }
        var spans = new ArrayList<List<Long>>();
        for (Span span : rendered.generated().orElseThrow()) {
            spans.add(List.of(codePoints(rendered, span.start()), codePoints(rendered, span.end())));
        }
        assertThat(spans).as(name).isEqualTo(golden.get("assistant_spans"));
    }

    private static long codePoints(Rendered rendered, int place) {
        return rendered.text().codePointCount(0, place);
    }
}
