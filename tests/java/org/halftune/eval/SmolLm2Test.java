package org.halftune.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.halftune.SharedFolder;
import org.halftune.SmolLm2;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.generate.Generator;
import org.halftune.generate.LoadedModel;
import org.halftune.generate.Sampling;
import org.halftune.generate.StopConditions;
import org.halftune.generate.StreamedText;
import org.halftune.generate.TokenListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A real model of 135 M parameters generates and scores as in transformers. */
@Tag("real-model")
class SmolLm2Test {
    private static Backend backend;
    private static LoadedModel model;

    @BeforeAll
    static void load() {
        var folder = SmolLm2.folder();
        backend = CpuBackend.open(Runtime.getRuntime().availableProcessors());
        model = LoadedModel.open(backend, folder);
    }

    @AfterAll
    static void close() {
        if (model != null) model.close();
        if (backend != null) backend.close();
    }

    @Test
    void perplexityOfWikitextEqualsTransformers() throws IOException {
        var expected = SmolLm2.expected().get("wikitext2_test");
        var text = Files.readString(SharedFolder.require("data/text/wikitext-2/test.txt"));
        int[] tokens = model.tokenizer().encode(text, false);
        var windows = TokenBatches.windows(Arrays.copyOf(tokens, 4096), 512);
        var scorer =
                new Scorer(backend, model.parameters(), model.tokenizer(), 8, AnswerForm.DEFAULT, EvalListener.SILENT);

        assertThat(tokens).startsWith(ints(expected.get("first_tokens")));
        var perplexity = scorer.perplexity(windows);

        assertThat(perplexity.tokens()).isEqualTo(8 * 511);
        double wanted = expected.get("perplexity").doubleValue();
        assertThat(perplexity.perplexity()).isCloseTo(wanted, within(1e-4 * wanted));
    }

    @Test
    void greedyTextsEqualTransformers() {
        var cases = new ArrayList<JsonNode>();
        for (var key : List.of("greedy_text", "greedy_chat"))
            SmolLm2.expected().get(key).forEach(cases::add);
        for (var c : cases) {
            String prompt = c.get("prompt").stringValue();
            assertThat(model.tokenizer().encode(prompt, false)).as(prompt).containsExactly(ints(c.get("prompt_ids")));
        }
        int longest =
                cases.stream().mapToInt(c -> c.get("greedy_ids").size()).max().orElseThrow();

        var completions = new Generator(backend, model.parameters(), cases.size())
                .generate(
                        cases.stream().map(c -> ints(c.get("prompt_ids"))).toList(),
                        new Sampling.Greedy(),
                        new StopConditions(longest, model.tokenizer().special().stopIds()),
                        TokenListener.SILENT);

        for (int i = 0; i < cases.size(); i++) {
            int[] wanted = ints(cases.get(i).get("greedy_ids"));
            int[] got = completions.get(i).tokens();
            assertThat(Arrays.copyOf(got, wanted.length))
                    .as(cases.get(i).get("prompt").stringValue())
                    .containsExactly(wanted);
            var content = Arrays.copyOf(
                    StreamedText.content(completions.get(i)),
                    Math.min(wanted.length, StreamedText.content(completions.get(i)).length));
            assertThat(StreamedText.of(
                            ints(cases.get(i).get("prompt_ids")),
                            content,
                            ids -> model.tokenizer().decode(ids, true)))
                    .isEqualTo(cases.get(i).get("greedy_text").stringValue());
        }
    }

    private static int[] ints(JsonNode array) {
        var values = new int[array.size()];
        for (int i = 0; i < values.length; i++) values[i] = array.get(i).intValue();
        return values;
    }
}
