package org.halftune.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.SharedFolder;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Turns derived without {@code {% generation %}} blocks equal those of the same template with blocks. */
class AssistantTurnsTest {
    private static final List<String> CHATS = List.of(
            "one turn",
            "two turns",
            "unicode",
            "white space",
            "template syntax in text",
            "empty texts",
            "system, three turns",
            "user twice");
    private static final String CHATML =
            "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
                    + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
    private static final Conversation TWO_TURNS = Conversation.of(
            Message.of("user", "Hi"),
            Message.of("assistant", "Hello!"),
            Message.of("user", "And you?"),
            Message.of("assistant", "Fine."));

    @ParameterizedTest
    @CsvSource({
        "llama3, llama3_training, 0",
        "phi3, phi3_training, 0",
        "gemma, gemma_training, 0",
        "qwen2_5, qwen2_5_training, 1"
    })
    void derivedSpansEqualThoseOfTheTrainingTemplate(String plain, String training, int lineBreaksBefore)
            throws IOException {
        var golden = Json.object(Files.readString(SharedFolder.require("fixtures/chat_templates.json")));
        var without = template(plain, golden);
        var with = template(training, golden);
        int compared = 0;
        for (String chat : CHATS) {
            var conversation =
                    Conversation.of(Json.messages(Json.map(golden.get("chats")).get(chat)));
            Rendered whole;
            try {
                whole = without.render(conversation, false);
            } catch (InputError e) {
                continue; // the template rejects this conversation
            }
            var marked = with.render(conversation, false);
            assertThat(marked.text()).isEqualTo(whole.text());
            var wanted = new ArrayList<Optional<Span>>();
            for (var span : AssistantTurns.of(with, conversation, marked)) {
                // Qwen 2.5's marks hold the line break that the generation prompt ends with, which the model never
                // writes.
                wanted.add(span.map(s -> new Span(s.start() + lineBreaksBefore, s.end())));
            }
            assertThat(AssistantTurns.of(without, conversation, whole))
                    .as(plain + ", " + chat)
                    .isEqualTo(wanted);
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(3);
    }

    /** Templates with different white space before a header within the conversation and at its end. */
    @ParameterizedTest
    @CsvSource({"chatml, <|im_end|>", "zephyr, </s>", "vicuna, </s>", "openchat-3.5, <|end_of_turn|>", "alpaca, </s>"})
    void turnsAreFoundIfWhiteSpaceDependsOnThePosition(String name, String end) throws IOException {
        var golden = Json.object(Files.readString(SharedFolder.require("fixtures/chat_templates.json")));
        var template = template(name, golden);
        var whole = template.render(TWO_TURNS, false);
        assertThat(AssistantTurns.of(template, TWO_TURNS, whole))
                .extracting(span -> span.map(
                                s -> whole.text().substring(s.start(), s.end()).strip())
                        .orElse("–"))
                .containsExactly("–", "Hello!" + end, "–", "Fine." + end);
    }

    @Test
    void lastTurnOfQwen3EqualsThatOfItsTrainingTemplate() throws IOException {
        var golden = Json.object(Files.readString(SharedFolder.require("fixtures/chat_templates.json")));
        var conversation =
                Conversation.of(Json.messages(Json.map(golden.get("chats")).get("thinking")));
        var template = template("qwen3", golden);
        var whole = template.render(conversation, false);
        var texts = texts(whole, AssistantTurns.of(template, conversation, whole));
        assertThat(texts).containsExactly("2<|im_end|>\n", "<think>\nagain\n</think>\n\n4<|im_end|>\n");
        var training = template("qwen3_training", golden);
        var marked = training.render(conversation, false);
        assertThat(texts(marked, AssistantTurns.of(training, conversation, marked))
                        .getLast())
                .isEqualTo(texts.getLast());
    }

    @Test
    void toolCallsBelongToTheirTurn() throws IOException {
        var golden = Json.object(Files.readString(SharedFolder.require("fixtures/chat_templates.json")));
        var messages = Json.messages(Json.map(golden.get("chats")).get("tool call"));
        var conversation = new Conversation(messages, List.of(golden.get("tool")), Map.of());
        for (String name : List.of("qwen2_5", "qwen3")) {
            var template = template(name, golden);
            var whole = template.render(conversation, false);
            var texts = texts(whole, AssistantTurns.of(template, conversation, whole));
            assertThat(texts).as(name).hasSize(2);
            assertThat(texts.getFirst())
                    .contains(
                            "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": 2.5}}\n</tool_call><|im_end|>\n");
            assertThat(texts.getLast()).endsWith("It is 3.5.<|im_end|>\n");
        }
    }

    @Test
    void turnSpansFromTheGenerationPromptToTheNextTurn() {
        var template = template(CHATML);
        var whole = template.render(TWO_TURNS, false);
        var turns = AssistantTurns.of(template, TWO_TURNS, whole);
        assertThat(turns.get(0)).isEmpty();
        assertThat(turns.get(2)).isEmpty();
        assertThat(texts(whole, turns)).containsExactly("Hello!<|im_end|>\n", "Fine.<|im_end|>\n");
    }

    @Test
    void templateThatCannotRenderThePartsIsRefused() {
        var strict = template("{% if messages | length < 4 %}{{ raise_exception('too short') }}{% endif %}" + CHATML);
        var whole = strict.render(TWO_TURNS, false);
        assertThatThrownBy(() -> AssistantTurns.of(strict, TWO_TURNS, whole))
                .isInstanceOfSatisfying(InputError.class, e -> {
                    assertThat(e.what()).contains("message 2");
                    assertThat(e.fix()).contains("{% generation %}");
                });
    }

    @Test
    void templateThatRewritesEarlierTurnsIsRefused() {
        var counting = template("{{ messages | length }}:" + CHATML);
        var whole = counting.render(TWO_TURNS, false);
        assertThat(texts(whole, AssistantTurns.of(counting, TWO_TURNS, whole)))
                .containsExactly("Hello!<|im_end|>\n", "Fine.<|im_end|>\n");
        var summing = template("{{ messages | map(attribute='content') | join }}:" + CHATML);
        assertThatThrownBy(() -> AssistantTurns.of(summing, TWO_TURNS, summing.render(TWO_TURNS, false)))
                .isInstanceOf(InputError.class);
    }

    @Test
    void generationBlocksMustMatchTheTurns() {
        var template = template("{% generation %}{{ messages[1].content }}{% endgeneration %}");
        assertThatThrownBy(() -> AssistantTurns.of(template, TWO_TURNS, template.render(TWO_TURNS, false)))
                .isInstanceOfSatisfying(
                        InputError.class,
                        e -> assertThat(e.what()).contains("1 generation span,").contains("2 assistant turns"));
    }

    private static List<String> texts(Rendered whole, List<Optional<Span>> turns) {
        return turns.stream()
                .flatMap(Optional::stream)
                .map(span -> whole.text().substring(span.start(), span.end()))
                .toList();
    }

    private static JinjaTemplate template(String source) {
        return new JinjaTemplate(source, "test.jinja", "test", Map.of(), LocalDateTime.MIN);
    }

    private static JinjaTemplate template(String name, Map<String, Object> golden) throws IOException {
        var about = Json.map(Json.map(golden.get("templates")).get(name + ".jinja"));
        var tokens = new HashMap<String, Object>();
        tokens.put("bos_token", about.get("bos_token"));
        tokens.put("eos_token", about.get("eos_token"));
        var source = Files.readString(SharedFolder.require("models/chat_templates/" + name + ".jinja"));
        return new JinjaTemplate(source, name, name, tokens, LocalDateTime.MIN);
    }
}
