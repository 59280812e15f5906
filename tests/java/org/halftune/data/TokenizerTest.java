package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.halftune.SharedFolder;
import org.halftune.chat.PlainTemplate;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenizerTest {

    /** A word-level tokenizer of three words, with truncation and padding set, BOS added by rule and EOS as an added token. */
    private static final String TINY = """
            {"version": "1.0", "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
             "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
                         "pad_type_id": 0, "pad_token": "<unk>"},
             "added_tokens": [{"id": 5, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
                               "normalized": false, "special": true},
                              {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
                               "normalized": false, "special": true}],
             "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
             "post_processor": {"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
             "decoder": null,
             "model": {"type": "WordLevel", "vocab": {"<unk>": 0, "<s>": 1, "ä🙂": 2, "b": 3, "c": 4}, "unk_token": "<unk>"}}
            """;

    @TempDir
    Path folder;

    @Test
    void truncationAndPaddingOfTheFileAreIgnored() throws IOException {
        try (Tokenizer tokenizer = tiny("{\"eos_token\": \"</s>\", \"model_max_length\": 2}")) {
            assertThat(tokenizer.encode("b c b c", false)).containsExactly(3, 4, 3, 4);
            assertThat(tokenizer.encode("b", true)).containsExactly(1, 3);
            assertThat(tokenizer.encode("b </s>", false)).containsExactly(3, 5);
            assertThat(tokenizer.encode("", false)).isEmpty();
        }
    }

    @Test
    void offsetsAreCharIndicesOfTheJavaString() throws IOException {
        try (Tokenizer tokenizer = tiny("{\"eos_token\": \"</s>\"}")) {
            TokenizedText tokens = tokenizer.tokenize("b ä🙂 c", true);
            assertThat(tokens.ids()).startsWith(1, 3).endsWith(4);
            assertThat(tokens.starts()).startsWith(-1, 0, 2).endsWith(6);
            assertThat(tokens.ends()).startsWith(-1, 1).endsWith(7);
        }
    }

    @Test
    void idsAndSpecialTokensAreKnown() throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [4, 5], \"pad_token_id\": 0}");
        try (Tokenizer tokenizer = tiny("{\"eos_token\": {\"content\": \"</s>\"}, \"bos_token\": null}")) {
            assertThat(tokenizer.vocabSize()).isEqualTo(6);
            assertThat(tokenizer.tokenId("</s>")).hasValue(5);
            assertThat(tokenizer.tokenId("b")).hasValue(3);
            assertThat(tokenizer.tokenId("z")).isEmpty();
            assertThat(tokenizer.special().eos()).isEqualTo(new SpecialTokens.SpecialToken("</s>", 5));
            assertThat(tokenizer.special().pad()).isEqualTo(new SpecialTokens.SpecialToken("<unk>", 0));
            assertThat(tokenizer.special().stopIds()).containsExactly(4, 5);
            assertThat(tokenizer.decode(new int[] {1, 3, 5}, true)).isEqualTo("b");
            tokenizer.checkFits(5, folder); // </s> was added: an error only in a row that uses it
            InputError error = catchThrowableOfType(InputError.class, () -> tokenizer.checkFits(4, folder));
            assertThat(error.what()).contains("ids up to 4", "vocab_size is 4");
        }
    }

    @Test
    void eosFallsBackToTheIdsOfTheModelConfig() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": 5}");
        try (Tokenizer tokenizer = tiny("{}")) {
            assertThat(tokenizer.special().eos()).isEqualTo(new SpecialTokens.SpecialToken("</s>", 5));
        }
    }

    @Test
    void unusableFolderIsAnError() throws IOException {
        assertThat(error(folder.resolve("none")).what()).contains("the model folder does not exist");
        assertThat(error(folder).what()).contains("no tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"vocab\": {\"a\": 1}\n");
        assertThat(error(folder).where()).contains("tokenizer.json, line");
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        assertThat(error(folder).what()).contains("no vocabulary");
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Owl\", \"vocab\": {\"a\": 1}}}");
        assertThat(error(folder).what()).contains("cannot read this tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), TINY);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<end>\"}");
        assertThat(error(folder).what()).contains("<end>", "not in the vocabulary");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": 7}");
        assertThat(error(folder).what()).contains("eos_token is not a string");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{,}");
        assertThat(error(folder).where()).contains("tokenizer_config.json, line 1");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
        Files.writeString(folder.resolve("config.json"), "{\"eos_token_id\": \"2\"}");
        assertThat(error(folder).what()).contains("eos_token_id");
    }

    @Test
    void postProcessorWithUndefinedTokenIsAnErrorNotACrash() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                TINY.replace("\"special_tokens\": {\"<s>\"", "\"special_tokens\": {\"<z>\""));
        assertThat(error(folder).what()).contains("post_processor.single", "<s>");
    }

    @Test
    void closedTokenizerThrows() throws IOException {
        Tokenizer tokenizer = tiny("{\"eos_token\": \"</s>\"}");
        tokenizer.close();
        tokenizer.close();
        assertThatThrownBy(() -> tokenizer.encode("b", false)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void vocabularyMayBeAListOfScores() throws IOException {
        String unigram = TINY.replaceFirst("\"model\": \\{.*", """
                "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["<s>", -1.0], ["b", -2.5]]}}""");
        Vocabulary vocabulary = Vocabulary.read(unigram, folder);
        assertThat(vocabulary.id("b")).hasValue(2);
        assertThat(vocabulary.size()).isEqualTo(6);
    }

    @Test
    void smolLmTokenizesAsTransformers() {
        Path model = SharedFolder.require("models/SmolLM2-135M-Instruct");
        JsonNode expected =
                JsonMapper.shared().readTree(model.resolve("expected.json").toFile());
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            assertThat(tokenizer.vocabSize()).isEqualTo(49152);
            assertThat(tokenizer.tokenId("<|im_end|>")).hasValue(2);
            assertThat(tokenizer.special().stopIds()).containsExactly(2);
            for (JsonNode row : expected.get("tokenize")) {
                int[] ids = ids(row.get("ids"));
                assertThat(tokenizer.encode(row.get("text").stringValue(), false))
                        .isEqualTo(ids);
                assertThat(tokenizer.encode(row.get("text").stringValue(), true))
                        .isEqualTo(ids);
                assertThat(tokenizer.decode(ids, false))
                        .isEqualTo(row.get("text").stringValue());
            }
            for (JsonNode row : expected.get("greedy_chat")) {
                assertThat(tokenizer.encode(row.get("prompt").stringValue(), false))
                        .isEqualTo(ids(row.get("prompt_ids")));
                assertThat(tokenizer.decode(ids(row.get("greedy_ids")), true))
                        .isEqualTo(row.get("greedy_text").stringValue());
            }
        }
    }

    @Test
    void storiesTokenizerAddsBosOnce() {
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/stories260K"))) {
            assertThat(tokenizer.vocabSize()).isEqualTo(512);
            int[] ids = tokenizer.encode("Once upon a time", true);
            assertThat(ids).startsWith(1).doesNotContain(0);
            assertThat(Arrays.stream(ids).filter(id -> id == 1)).hasSize(1);
            assertThat(tokenizer.decode(ids, true)).isEqualTo("Once upon a time");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SmolLM2-135M-Instruct",
                "stories260K",
                "tokenizers/llama2",
                "tokenizers/llama3",
                "tokenizers/qwen3"
            })
    void offsetsOfRealTokenizersCoverTheText(String name) {
        String text = "Zoë: 12345 🙂🙂\n\n  <b>tab\tend</b> 你好 I'll don't  ";
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/" + name))) {
            TokenizedText tokens = tokenizer.tokenize(text, true);
            int at = 0;
            for (int i = 0; i < tokens.size(); i++) {
                if (tokens.added(i)) continue;
                assertThat(tokens.starts()[i]).isBetween(0, at);
                assertThat(tokens.ends()[i]).isBetween(at, text.length());
                at = tokens.ends()[i];
            }
            assertThat(at).isEqualTo(text.length());
            assertThat(tokenizer.decode(tokens.ids(), true)).isEqualTo(text);
            assertThat(tokenizer.encode(text, true)).isEqualTo(tokens.ids());
        }
    }

    @Test
    void tokenAcrossTheBoundaryIsSplitIfTheTextStaysTheSame() {
        var row = new PlacedRow(new Place(Path.of("a.jsonl"), 1, 1), new Row.PromptCompletion("Answer: ", "yes"));
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/SmolLM2-135M-Instruct"))) {
            EncodedRow apart = encoder(tokenizer).encode(row);
            assertThat(apart.sharedBoundary()).isFalse();
            assertThat(trainedTokens(tokenizer, apart)).containsExactly("yes", "<|im_end|>");
        }
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/tokenizers/llama2"))) {
            EncodedRow joint = encoder(tokenizer).encode(row); // a separate text would start with a space
            assertThat(joint.sharedBoundary()).isTrue();
            assertThat(trainedTokens(tokenizer, joint)).containsExactly("yes", "</s>");
            assertThat(tokenizer.decode(joint.examples().getFirst().inputIds(), true))
                    .isEqualTo("Answer: yes");
        }
    }

    private static List<String> trainedTokens(Tokenizer tokenizer, EncodedRow row) {
        return Arrays.stream(row.examples().getFirst().labels())
                .filter(label -> label != Example.IGNORED)
                .mapToObj(label -> tokenizer.decode(new int[] {label}, false))
                .toList();
    }

    private static ExampleEncoder encoder(Tokenizer tokenizer) {
        var limits = new ModelLimits(tokenizer.vocabSize(), 64);
        return new ExampleEncoder(
                tokenizer,
                new PlainTemplate(String.valueOf(tokenizer.special().eosText())),
                EncodingOptions.ofLength(64),
                limits);
    }

    @Test
    void unpairedSurrogateIsTokenized() throws IOException {
        try (Tokenizer tokenizer = tiny("{\"eos_token\": \"</s>\"}")) {
            assertThat(tokenizer.encode("b \ud83d c", false)).hasSize(3);
            assertThat(tokenizer.tokenize("b \ud83d", false).ends()).hasSizeGreaterThan(1);
        }
    }

    private Tokenizer tiny(String config) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), TINY);
        Files.writeString(folder.resolve("tokenizer_config.json"), config);
        return Tokenizer.open(folder);
    }

    private static InputError error(Path folder) {
        return catchThrowableOfType(
                InputError.class, () -> Tokenizer.open(folder).close());
    }

    private static int[] ids(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
