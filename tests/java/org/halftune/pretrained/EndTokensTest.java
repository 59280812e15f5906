package org.halftune.pretrained;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trained end tokens are in the exported files, as TRL 1.13 writes them. */
class EndTokensTest {
    @TempDir
    Path temporary;

    @Test
    void exportHasTheTrainedEndTokenFirst() throws IOException {
        Path folder = model("\"eos_token_id\": 0");
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 0, \"top_p\": 0.90}");
        try (var source = PretrainedFolder.open(folder)) {
            var writer = ModelFolderWriter.like(source).trainedEnds(List.of(2));
            assertThat(writer.changedEnds().orElseThrow()).contains("set to 2", "config.json had 0");
            writer.write(temporary.resolve("out"), source.source());
        }
        try (var copy = PretrainedFolder.open(temporary.resolve("out"))) {
            assertThat(copy.configFile().specialIds().end()).containsExactly(2);
            assertThat(copy.specialIds().end()).containsExactly(2, 0);
        }
        assertThat(temporary.resolve("out/generation_config.json"))
                .hasContent("{\"eos_token_id\": [2, 0], \"top_p\": 0.90}");
    }

    @Test
    void modelWithoutGenerationFileGetsOneIfItsEndTokenChanges() throws IOException {
        Path folder = model("\"eos_token_id\": [0, 3]");
        Files.delete(folder.resolve("generation_config.json"));
        try (var source = PretrainedFolder.open(folder)) {
            ModelFolderWriter.like(source).trainedEnds(List.of(2)).write(temporary.resolve("out"), source.source());
        }
        try (var copy = PretrainedFolder.open(temporary.resolve("out"))) {
            assertThat(copy.configFile().specialIds().end()).containsExactly(2);
            assertThat(copy.specialIds().end()).containsExactly(2, 0, 3);
        }
    }

    @Test
    void filesThatHaveTheEndTokensStayUnchanged() throws IOException {
        Path folder = model("\"eos_token_id\": [0, 2]");
        Files.writeString(folder.resolve("generation_config.json"), "{ \"eos_token_id\" : [ 2,0 ] }");
        try (var source = PretrainedFolder.open(folder)) {
            var writer = ModelFolderWriter.like(source).trainedEnds(List.of(2));
            assertThat(writer.changedEnds()).isEmpty();
            writer.write(temporary.resolve("out"), source.source());
        }
        for (String file : List.of("config.json", "generation_config.json")) {
            assertThat(temporary.resolve("out").resolve(file)).hasSameBinaryContentAs(folder.resolve(file));
        }
    }

    @Test
    void anyValueIsReplacedAndAMissingKeyIsAdded() {
        for (String value : List.of("0", "-1", "null", "[ 0 , 3 ]", "\"x\"", "1e3")) {
            assertThat(FieldText.replace(
                            "{\"a\": {\"k\": 1}, \"k\": " + value + ",\n\"b\": 2}", List.of("k"), "k", "[2]"))
                    .isEqualTo("{\"a\": {\"k\": 1}, \"k\": [2],\n\"b\": 2}");
        }
        assertThat(FieldText.replace("{\"b\": 2}", List.of("k"), "k", "2")).isEqualTo("{\n  \"k\": 2,\"b\": 2}");
        assertThat(FieldText.replace("{}", List.of("k"), "k", "2")).isEqualTo("{\n  \"k\": 2\n}");
        var none = new EndTokens(List.of());
        assertThat(none.inGeneration(
                        Optional.of("{}"),
                        ConfigFile.read(Fixtures.model("gqa-tied").resolve("config.json")),
                        ""))
                .isEmpty();
    }

    private Path model(String end) throws IOException {
        Path folder = Fixtures.copyModel("gqa-tied", temporary.resolve("source"));
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        String changed = text.replaceAll("\"eos_token_id\": *(\\[[^]]*]|\\w+)", end);
        assertThat(changed).contains(end);
        Files.writeString(config, changed);
        return folder;
    }
}
