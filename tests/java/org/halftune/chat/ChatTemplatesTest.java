package org.halftune.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplatesTest {
    private static final Conversation QUESTION = Conversation.of(Message.of("user", "Hi"));
    private static final Conversation WITH_TOOLS =
            new Conversation(QUESTION.messages(), List.of(Map.of("name", "add")), Map.of());
    private static final String NAMED = """
            {"bos_token": {"content": "<b>"}, "eos_token": null, "pad_token": "<p>", "add_bos_token": true,
             "chat_template": [{"name": "default", "template": "D{{ bos_token }}{{ eos_token }}{{ pad_token }}"},
                               {"name": "tool_use", "template": "T{{ tools | length }}"}]}""";

    @TempDir
    Path temporary;

    private Path model;

    @BeforeEach
    void makeFolder() throws IOException {
        model = Files.createDirectory(temporary.resolve("model"));
    }

    @Test
    void jinjaFileHasPriorityOverTokenizerConfig() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": \"old\"}");
        assertThat(open().description()).isEqualTo("chat_template of the model's tokenizer_config.json");
        assertThat(text(open())).isEqualTo("old");
        write("chat_template.jinja", "new {{ messages[0].content }}\n");
        assertThat(open().description()).isEqualTo("chat_template.jinja of the model");
        assertThat(text(open())).isEqualTo("new Hi");
    }

    @Test
    void legacyJsonFileIsRead() throws IOException {
        write("chat_template.json", "{\"chat_template\": \"legacy\"}");
        assertThat(text(open())).isEqualTo("legacy");
    }

    @Test
    void conversationWithToolsUsesTheTemplateForTools() throws IOException {
        write("tokenizer_config.json", NAMED);
        assertThat(text(open())).isEqualTo("D<b><p>");
        assertThat(open().render(WITH_TOOLS, false).text()).isEqualTo("T1");
        assertThat(open().others()).containsOnlyKeys("tool_use");
    }

    @Test
    void modelWithoutTemplateUsesThePlainTemplate() {
        assertThat(open().description()).isEqualTo("plain (the model has no template)");
        assertThat(open().writesSpecialTokens()).isFalse();
    }

    @Test
    void templateIsChosenByNameFileOrFolder() throws IOException {
        write("tokenizer_config.json", NAMED);
        Path file = Files.writeString(temporary.resolve("own.jinja"), "own {{ add_generation_prompt }}");
        assertThat(text(open(file.toString()))).isEqualTo("own False");
        assertThat(text(open("default"))).startsWith("D");
        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.writeString(other.resolve("chat_template.jinja"), "other");
        assertThat(text(open(other.toString()))).isEqualTo("other");
        assertThatThrownBy(() -> open("rag"))
                .isInstanceOfSatisfying(
                        InputError.class,
                        e -> assertThat(e.what())
                                .isEqualTo(
                                        "--chat_template rag is neither a file nor a template of the model: the model's are default, tool_use"));
    }

    @Test
    void additionalTemplatesAreReadFromTheirFolder() throws IOException {
        write("chat_template.jinja", "main");
        Files.createDirectory(model.resolve("additional_chat_templates"));
        write("additional_chat_templates/rag.jinja", "rag");
        assertThat(text(open())).isEqualTo("main");
        assertThat(text(open("rag"))).isEqualTo("rag");
    }

    @Test
    void severalTemplatesWithoutDefaultNeedAChoice() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"rag\", \"template\": \"r\"}]}");
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        InputError.class,
                        e -> assertThat(e.report()).contains("rag").contains("--chat_template NAME"));
        assertThat(text(open("rag"))).isEqualTo("r");
    }

    @Test
    void errorsNameFileAndLine() throws IOException {
        write("chat_template.jinja", "a\n{% if x %}\n{{ y | nonsense }}");
        assertThatThrownBy(this::open).isInstanceOfSatisfying(InputError.class, e -> {
            assertThat(e.where()).isEqualTo(model.resolve("chat_template.jinja") + " line 3");
            assertThat(e.what()).contains("nonsense");
        });
        write("chat_template.jinja", "a\n\n{{ messages[0].content + 1 }}");
        var template = open();
        assertThatThrownBy(() -> text(template))
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.where()).endsWith("line 3"));
        write("chat_template.jinja", "a\n{{ raise_exception('no system, please') }}");
        var refusing = open();
        assertThatThrownBy(() -> text(refusing))
                .isInstanceOfSatisfying(
                        InputError.class,
                        e -> assertThat(e.what())
                                .isEqualTo("the chat template rejects the conversation: no system, please"));
    }

    @Test
    void brokenFilesAreErrors() throws IOException {
        write("tokenizer_config.json", "{\"chat_template\": 7}");
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.where()).contains("tokenizer_config.json"));
        write("tokenizer_config.json", "{}");
        Files.write(model.resolve("chat_template.jinja"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.what()).contains("UTF-8"));
    }

    @Test
    void conversationVariablesAndTimeReachTheTemplate() throws IOException {
        write(
                "chat_template.jinja",
                "{{ strftime_now('%d %b %Y') }}|{{ enable_thinking }}|{{ date_string is defined }}|{{ documents }}|{{ tools }}");
        var conversation = new Conversation(QUESTION.messages(), List.of(), Map.of("enable_thinking", false));
        assertThat(open().render(conversation, false).text()).isEqualTo("23 Nov 2026|False|False|None|None");
    }

    @Test
    void plainTemplateAndItsJinjaSourceRenderTheSame() {
        var conversations = List.of(
                Conversation.of(
                        Message.of("system", "Be brief."),
                        Message.of("user", "A \n"),
                        Message.of("assistant", "B"),
                        Message.of("user", "C")),
                Conversation.of(Message.of("user", "{{ x }}"), Message.of("assistant", " 🙂 ")),
                Conversation.of(Message.of("élève", ""), new Message(Map.of("role", "tool"), true)),
                Conversation.of());
        for (String eos : List.of("</s>", "", "it's \\ \"e\"\n")) {
            for (String bos : List.of("", "<s>")) {
                var plain = new PlainTemplate(eos, bos);
                var jinja = new JinjaTemplate(plain.source(), "plain.jinja", "", Map.of(), LocalDateTime.MIN);
                for (var conversation : conversations) {
                    for (boolean prompt : new boolean[] {false, true}) {
                        var wanted = plain.render(conversation, prompt);
                        var got = jinja.render(conversation, prompt);
                        assertThat(got.text()).isEqualTo(bos + wanted.text());
                        assertThat(got.generated())
                                .isEqualTo(wanted.generated()
                                        .map(spans -> spans.stream()
                                                .map(span -> new Span(
                                                        span.start() + bos.length(), span.end() + bos.length()))
                                                .toList()));
                    }
                }
            }
        }
    }

    @Test
    void exportedPlainTemplateWritesTheBosOfTheTokenizer() throws IOException {
        write("tokenizer.json", """
                {"post_processor": {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing",
                 "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]}]}}""");
        assertThat(open()).isEqualTo(new PlainTemplate("</s>", "<s>"));
    }

    @Test
    void exportedPlainTemplateKeepsTokensThatContainEachOthersName() {
        var template = new PlainTemplate("<EOS_BOS>", "<BOS_EOS>");
        assertThat(template.source()).contains("{{- '<BOS_EOS>' -}}", "content + '<EOS_BOS>'");
    }

    @Test
    void exportedFolderHasTheTemplateOfTheTraining() throws IOException {
        write(
                "tokenizer_config.json",
                NAMED.replace("\"pad_token\"", "\"model_max_length\": 1000000000000000019884624838656, \"pad_token\""));
        for (var used : List.of(open(), open("tool_use"), new PlainTemplate("</s>", "<s>"))) {
            var files = ExportedTemplate.files(used, model);
            Path export = Files.createTempDirectory(temporary, "export");
            for (var file : files.entrySet()) {
                Files.createDirectories(export.resolve(file.getKey()).getParent());
                Files.writeString(export.resolve(file.getKey()), file.getValue());
            }
            var again = ChatTemplates.open(export, Optional.empty(), null, null, LocalDateTime.MIN);
            assertThat(again.source()).isEqualTo(used.source());
            assertThat(again.others()).isEqualTo(used.others());
            assertThat(files.get("tokenizer_config.json"))
                    .doesNotContain("\"chat_template\"")
                    .contains("1000000000000000019884624838656")
                    .contains("<b>");
        }
    }

    private ChatTemplate open() {
        return open(Optional.empty());
    }

    private ChatTemplate open(String asked) {
        return open(Optional.of(asked));
    }

    private ChatTemplate open(Optional<String> asked) {
        var now = LocalDateTime.parse("2026-11-23T00:00:00");
        return ChatTemplates.open(model, asked, "<s>", "</s>", now);
    }

    private static String text(ChatTemplate template) {
        return template.render(QUESTION, false).text();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(model.resolve(name), text);
    }
}
