package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.halftune.SharedFolder;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.JinjaTemplate;
import org.halftune.chat.PlainTemplate;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;

/** Tokens, labels and end tokens of conversations, rendered by a template and encoded by a real tokenizer. */
class ConversationEncodingTest {

    @Test
    void chatRowsHaveTheSameTokensAsTransformersAndAllAreTrainedOn() {
        try (Tokenizer tokenizer = smol()) {
            var encoder = encoder(tokenizer, ChatMl.SMOL, false);
            int tokens = 0;
            for (PlacedRow placed : Datasets.rows(SharedFolder.require("cases/chat.jsonl"))) {
                EncodedRow row = encoder.encode(placed);
                tokens += row.fullLength();
                assertThat(row.examples().getFirst().labels())
                        .isEqualTo(row.examples().getFirst().inputIds());
                assertThat(row.ends()).containsExactly(2);
            }
            assertThat(tokens).isEqualTo(79);
            // transformers 5.18, apply_chat_template on the first row
            EncodedRow first = encoder.encode(
                    Datasets.rows(SharedFolder.require("cases/chat.jsonl")).getFirst());
            assertThat(first.examples().getFirst().inputIds())
                    .containsExactly(
                            1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411, 407,
                            19712, 8182, 2, 198, 1, 4093, 198, 1780, 314, 260, 3575, 282, 4649, 47, 2, 198, 1, 520,
                            9531, 198, 38634, 30, 2, 198);
        }
    }

    @Test
    void turnWithWeightZeroIsNotTrainedOn() {
        try (Tokenizer tokenizer = smol()) {
            PlacedRow row = row("cases/messages/weight.jsonl");
            assertThat(trainedText(encoder(tokenizer, ChatMl.SMOL, true), row, tokenizer))
                    .isEqualTo("Good answer.<|im_end|>\n");
            String all = trainedText(encoder(tokenizer, ChatMl.SMOL, false), row, tokenizer);
            assertThat(all).contains("Again", "Good answer.").doesNotContain("Bad answer.");
            EncodedRow without = encoder(tokenizer, ChatMl.SMOL, false).encode(row("cases/messages/noweight.jsonl"));
            assertThat(encoder(tokenizer, ChatMl.SMOL, false)
                            .encode(row)
                            .examples()
                            .getFirst()
                            .inputIds())
                    .isEqualTo(without.examples().getFirst().inputIds());
        }
    }

    @Test
    void contentThatATemplateCannotHandleIsPassedAsTextAndCounted() {
        try (Tokenizer tokenizer = smol()) {
            EncodedRow row = encoder(tokenizer, ChatMl.SMOL, false).encode(row("cases/messages/parts.jsonl"));
            assertThat(row.simplified()).isTrue();
            assertThat(tokenizer.decode(row.examples().getFirst().inputIds(), false))
                    .contains("user\nWeather in Oslo?<|im_end|>");
            var counter = new DatasetSummary.Counter(100);
            counter.add(row);
            assertThat(counter.summary().warnings().getFirst()).contains("in 1 of 1 row content is null or a list");
        }
    }

    @Test
    void toolCallsThatATemplateIgnoresAreAnError() {
        try (Tokenizer tokenizer = smol()) {
            for (ChatTemplate template : List.of(ChatMl.SMOL, new PlainTemplate(""))) {
                var encoder = encoder(tokenizer, template, false);
                assertThat(error(encoder, row("cases/messages/tool_empty.jsonl"))
                                .where())
                        .contains("field tools");
                assertThat(error(encoder, row("cases/messages/tool_null.jsonl")).what())
                        .contains("tool_calls");
            }
            var encoder = encoder(tokenizer, new ChatMl(true), false);
            EncodedRow row = encoder.encode(row("cases/messages/tool_null.jsonl"));
            assertThat(tokenizer.decode(row.examples().getFirst().inputIds(), false))
                    .contains("assistant\n<call><|im_end|>");
        }
    }

    @Test
    void everyRowWithToolsIsCheckedNotOnlyTheFirstOne() {
        try (Tokenizer tokenizer = smol()) {
            var template =
                    template("{{ messages[0].content }}{% if messages | length > 1 %}{{ tools | tojson }}{% endif %}");
            var encoder = encoder(tokenizer, template, false);
            String tools = "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]}";
            String turn = "{\"role\": \"user\", \"content\": \"a\"}";
            encoder.encode(written("{\"messages\": [" + turn + ", " + turn + "], " + tools));
            assertThat(error(encoder, written("{\"messages\": [" + turn + "], " + tools))
                            .what())
                    .contains("the row has tools, but the chat template does not render them");
        }
    }

    @Test
    void bareToolAndCallAreWrappedWithTypeFirst() {
        try (Tokenizer tokenizer = smol()) {
            var template = template("{{ tools | tojson }}{{ messages[1].tool_calls | tojson }}");
            var row = written(
                    "{\"conversations\": [{\"from\": \"human\", \"value\": \"a\"}, {\"from\": \"function_call\","
                            + " \"value\": \"{\\\"name\\\": \\\"f\\\", \\\"arguments\\\": {}}\"}], \"tools\": [{\"name\": \"f\"}]}");
            int[] ids = encoder(tokenizer, template, false)
                    .encode(row)
                    .examples()
                    .getFirst()
                    .inputIds();
            assertThat(tokenizer.decode(ids, false))
                    .isEqualTo("[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]"
                            + "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"arguments\": {}}}]");
        }
    }

    @Test
    void bytesInAMessageAreAnErrorThatNamesTheField() {
        var factory = tools.jackson.databind.node.JsonNodeFactory.instance;
        var message = factory.objectNode().put("role", "user").put("content", "a");
        message.set("blob", factory.binaryNode(new byte[] {-1}));
        var row = factory.objectNode();
        row.putArray("messages").add(message);
        var error = catchThrowableOfType(
                InputError.class, () -> RowParser.parse(row, new Place(java.nio.file.Path.of("a.parquet"), 0, 1)));
        assertThat(error.what()).contains("bytes, not text");
        assertThat(error.where()).contains("messages[0].blob");
    }

    @Test
    void alpacaRowWithSystemAndHistoryTrainsOnItsLastAnswer() {
        try (Tokenizer tokenizer = smol()) {
            var encoder = encoder(tokenizer, ChatMl.SMOL, false);
            PlacedRow row = row("cases/messages/alpaca_sys.jsonl");
            assertThat(tokenizer.decode(
                            encoder.encode(row).examples().getFirst().inputIds(), false))
                    .isEqualTo(
                            "<|im_start|>system\nYou are a pirate.<|im_end|>\n<|im_start|>user\nWho are you?<|im_end|>\n"
                                    + "<|im_start|>assistant\nA pirate.<|im_end|>\n<|im_start|>user\nSay hi.<|im_end|>\n"
                                    + "<|im_start|>assistant\nArr!<|im_end|>\n");
            assertThat(trainedText(encoder, row, tokenizer)).isEqualTo("Arr!<|im_end|>\n");
        }
    }

    @Test
    void truncatedEndTokenIsNotTrainedOn() {
        try (Tokenizer tokenizer = smol()) {
            var limits = new ModelLimits(tokenizer.vocabSize(), 2048);
            PlacedRow row =
                    Datasets.rows(SharedFolder.require("cases/chat.jsonl")).getFirst();
            for (Truncation truncation : Truncation.values()) {
                var options = new EncodingOptions(20, truncation, null, false);
                EncodedRow encoded = new ExampleEncoder(tokenizer, ChatMl.SMOL, options, limits).encode(row);
                if (truncation == Truncation.KEEP_START)
                    assertThat(encoded.ends()).isEmpty();
                else assertThat(encoded.ends()).containsExactly(2);
                int kept = encoded.examples().stream().mapToInt(Example::length).sum();
                assertThat(kept).isEqualTo(truncation == Truncation.SPLIT ? 41 : 20);
                assertThat(encoded.rows()).hasSize(truncation == Truncation.SPLIT ? 3 : 1);
            }
        }
    }

    @Test
    void textThatStartsWithBosHasOneBos() {
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/stories260K"))) {
            var encoder = encoder(tokenizer, new PlainTemplate("</s>"), false);
            int[] ids = encoder.encode(row("cases/rows/withbos.jsonl"))
                    .examples()
                    .getFirst()
                    .inputIds();
            assertThat(ids).startsWith(1).endsWith(2);
            assertThat(ids[1]).isNotEqualTo(1);
        }
    }

    @Test
    void documentsOfARowStaySeparateSequences() {
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/stories260K"))) {
            var encoder = encoder(tokenizer, new PlainTemplate("</s>"), false);
            EncodedRow packed = encoder.encode(row("cases/rows/position_ids.jsonl"));
            List<PlacedRow> apart = Datasets.rows(SharedFolder.require("cases/rows/apart.jsonl"));
            assertThat(packed.rows()).hasSize(1);
            assertThat(packed.examples()).hasSize(2);
            for (int i = 0; i < 2; i++) {
                assertThat(packed.examples().get(i).inputIds())
                        .isEqualTo(encoder.encode(apart.get(i))
                                .examples()
                                .getFirst()
                                .inputIds());
            }
        }
    }

    private static String trainedText(ExampleEncoder encoder, PlacedRow row, Tokenizer tokenizer) {
        int[] labels = encoder.encode(row).examples().getFirst().labels();
        return tokenizer.decode(
                java.util.Arrays.stream(labels).filter(id -> id >= 0).toArray(), false);
    }

    private static ExampleEncoder encoder(Tokenizer tokenizer, ChatTemplate template, boolean assistantOnly) {
        var limits = new ModelLimits(tokenizer.vocabSize(), 2048);
        return new ExampleEncoder(tokenizer, template, new EncodingOptions(1024, null, assistantOnly), limits);
    }

    private static InputError error(ExampleEncoder encoder, PlacedRow row) {
        return catchThrowableOfType(InputError.class, () -> encoder.encode(row));
    }

    private static ChatTemplate template(String source) {
        return new JinjaTemplate(source, "test.jinja", "test", java.util.Map.of(), java.time.LocalDateTime.MIN);
    }

    private static PlacedRow written(String json) {
        var place = new Place(java.nio.file.Path.of("a.jsonl"), 1, 1);
        return new PlacedRow(
                place,
                RowParser.parse(tools.jackson.databind.json.JsonMapper.shared().readTree(json), place));
    }

    private static Tokenizer smol() {
        return Tokenizer.open(SharedFolder.require("models/SmolLM2-135M-Instruct"));
    }

    private static PlacedRow row(String file) {
        return Datasets.rows(SharedFolder.require(file)).getFirst();
    }
}
