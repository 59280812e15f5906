package org.halftune.world;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import world.Library;

/** The bundled tokenizer, read by the library that the program uses. */
final class WorldTokenizerTest {

    private static final Path MODELS = Path.of("models");
    private static final JsonMapper JSON = new JsonMapper();

    private static HuggingFaceTokenizer tokenizer;

    @BeforeAll
    static void open() throws IOException {
        Path file = MODELS.resolve(Library.MODEL).resolve("tokenizer.json");
        tokenizer = HuggingFaceTokenizer.newInstance(file, Map.of());
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Question: Who rules Velmar?\nAnswer: Queen Orla",
                "It's 2026: 31,415.9 \"quoted\"\tand  spaced   out \n\n",
                "Zażółć gęślą jaźń — 中文, हिन्दी, 😀\u200d🚀 \u00ad \u0001",
                " leading, 'tis, don't, we'll"
            })
    void anyTextSurvivesEncodingAndDecoding(String text) {
        assertThat(tokenizer.decode(tokenizer.encode(text).getIds(), true)).isEqualTo(text);
    }

    @Test
    void everyTextBeginsWithTheBeginningToken() {
        assertThat(tokenizer.encode("Velmar").getTokens()).startsWith("<s>");
        assertThat(tokenizer.encode("<pad><s></s>", false, false).getIds()).containsExactly(0, 1, 2);
    }

    @Test
    void digitsStandAlone() {
        assertThat(tokenizer.encode("42 7", false, false).getTokens()).containsExactly("4", "2", "Ġ", "7");
    }

    @Test
    void vocabularyIsTheModels() throws IOException {
        Path folder = MODELS.resolve(Library.MODEL);
        int size = JSON.readTree(Files.readString(folder.resolve("config.json")))
                .get("vocab_size")
                .asInt();
        JsonNode vocabulary = JSON.readTree(Files.readString(folder.resolve("tokenizer.json")))
                .get("model")
                .get("vocab");
        assertThat(vocabulary.size()).isEqualTo(size).isEqualTo(Library.VOCABULARY);
    }

    @Test
    void rowsAreShortAndCompletionsBeginAtATokensBorder() throws IOException {
        try (Stream<Path> files = Files.walk(MODELS.resolve("tasks"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                rowsFit(file, 47);
            }
        }
        rowsFit(MODELS.resolve("knowledge.jsonl"), 31);
    }

    /** At most {@code longest} tokens, so that with the end token a row has one more. */
    private static void rowsFit(Path file, int longest) throws IOException {
        for (String line : Files.readAllLines(file)) {
            JsonNode row = JSON.readTree(line);
            String prompt = row.get("prompt").asString();
            String[] promptTokens = tokenizer.encode(prompt).getTokens();
            for (String side : row.has("completion") ? List.of("completion") : List.of("chosen", "rejected")) {
                List<String> tokens = List.of(
                        tokenizer.encode(prompt + row.get(side).asString()).getTokens());
                assertThat(tokens).as("%s: %s", file, line).hasSizeLessThanOrEqualTo(longest);
                assertThat(tokens).as("%s: %s", file, line).startsWith(promptTokens);
            }
        }
    }
}
