package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.halftune.Fixtures;
import org.halftune.SharedFolder;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.pretrained.PretrainedFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Greedy texts equal those of transformers, token by token. */
class ReferenceGenerationTest {

    @ParameterizedTest
    @ValueSource(strings = {"gqa-tied", "llama3-rope", "mha-untied", "odd-layers", "sharded"})
    void greedyTextsOfFixturesEqualThoseOfTransformers(String fixture) {
        JsonNode expected = new JsonMapper().readTree(Fixtures.path(fixture + "/expected.json"));
        if (expected.has("same_as")) {
            String same = expected.get("same_as").stringValue();
            expected = new JsonMapper().readTree(Fixtures.path(same + "/expected.json"));
        }
        int[] wanted = ints(expected.get("generate").get("tokens"));

        try (var backend = CpuBackend.open(2);
                var folder = PretrainedFolder.open(Fixtures.model(fixture));
                var weights = Weights.load(backend, folder.config(), Set.of(), folder.source());
                var parameters = Parameters.of(backend, weights)) {
            var completions = new Generator(backend, parameters, 1)
                    .generate(
                            List.of(ints(expected.get("generate").get("prompt"))),
                            new Sampling.Greedy(),
                            new StopConditions(wanted.length, Set.of()),
                            TokenListener.SILENT);
            assertThat(completions.getFirst().tokens()).containsExactly(wanted);
        }
    }

    /** {@code repetition_penalty.json}: transformers 5.18, greedy in fp32, {@code generate(repetition_penalty=…)}. */
    @Test
    void repetitionPenaltyGivesTheTokensOfTransformers() {
        var model = SharedFolder.require("models/stories260K");
        JsonNode cases = new JsonMapper()
                .readTree(Fixtures.path("repetition_penalty.json"))
                .get("cases");
        try (var backend = CpuBackend.open(2);
                var loaded = LoadedModel.open(backend, model)) {
            var generator = new Generator(backend, loaded.parameters(), 1);
            for (JsonNode one : cases) {
                var rules = new LogitRules(one.get("repetition_penalty").doubleValue(), 0, 0);
                int[] wanted = ints(one.get("new_ids"));
                var completion = generator
                        .generate(
                                List.of(ints(one.get("prompt_ids"))),
                                new Sampling.Greedy(rules),
                                new StopConditions(wanted.length, Set.of()),
                                TokenListener.SILENT)
                        .getFirst();
                assertThat(completion.tokens())
                        .as(one.get("prompt") + " " + rules)
                        .containsExactly(wanted);
            }
        }
    }

    @Test
    void stories260kGeneratesThePublishedStory() {
        var model = SharedFolder.require("models/stories260K");
        var streamed = new StringBuilder();
        try (var backend = CpuBackend.open(2)) {
            var options = new GenerateOptions(
                    model,
                    List.of("Once upon a time"),
                    null,
                    false,
                    ChatOptions.DEFAULT,
                    new GenerationSettings(new Sampling.Greedy(), 80, List.of()),
                    1);

            var listener = new GenerateListener() {
                @Override
                public void wrote(String piece) {
                    streamed.append(piece);
                }
            };
            var generation = GenerateRun.run(backend, options, listener).getFirst();

            assertThat(generation.text())
                    .startsWith(
                            ", there was a little girl named Lily. She loved to play outside in the park. One day, she "
                                    + "saw a big, red ball. She wanted to play with it, but it was too high.");
            assertThat(streamed).hasToString(generation.text());
            assertThat(generation.newTokens()).isEqualTo(80);
            assertThat(generation.reason()).isEqualTo(FinishReason.LENGTH);
        }
    }

    static int[] ints(JsonNode array) {
        var values = new int[array.size()];
        for (int i = 0; i < values.length; i++) values[i] = array.get(i).intValue();
        return values;
    }
}
