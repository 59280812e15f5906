package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.halftune.SharedFolder;
import org.halftune.chat.PlainTemplate;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Published data sets with real tokenizers. */
class RealDataTest {

    @ParameterizedTest
    @CsvSource({
        "data/gsm8k/train.jsonl, 7473",
        "data/gsm8k/test.jsonl, 1319",
        "data/instructions/alpaca_en_demo.json, 999",
        "data/instructions/rasbt_instruction-data.json, 1100",
        "data/preferences/dpo_en_demo.json, 300",
        "data/trace/LLM-CL-Benchmark_500/C-STANCE/train.json, 500",
        "data/trace/LLM-CL-Benchmark_500/Lima/test.json, 300",
        "data/trace/LLM-CL-Benchmark_500/Py150/train.json, 500"
    })
    void everyRowIsRead(String file, int rows) {
        assertThat(Datasets.rows(SharedFolder.require(file))).hasSize(rows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data/instructions/self_instruct_seed_tasks.jsonl"})
    void unsupportedDataIsRefusedWithItsColumns(String file) {
        var path = SharedFolder.require(file);
        var error = catchThrowableOfType(InputError.class, () -> Datasets.rows(path));
        assertThat(error.what()).contains("which match no supported format");
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
    void trainingKeepsThePromptTokensOfGeneration(String name) {
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/" + name))) {
            ExampleEncoder encoder = encoder(tokenizer, 100_000);
            int asTrl = 0;
            int shared = 0;
            for (PlacedRow placed : trace("ScienceQA")) {
                var row = (Row.PromptCompletion) placed.row();
                int[] prompt = tokenizer.encode(row.prompt(), true);
                int[] whole = tokenizer.encode(row.prompt() + row.completion(), true);
                EncodedRow encoded = encoder.encode(placed);
                Example example = encoded.examples().getFirst();
                assertThat(example.inputIds())
                        .endsWith(Objects.requireNonNull(tokenizer.special().eos())
                                .id());
                assertThat(tokenizer.decode(example.inputIds(), true)).isEqualTo(tokenizer.decode(whole, true));
                if (encoded.sharedBoundary()) {
                    shared++;
                    continue;
                }
                if (startsWith(whole, prompt)) {
                    asTrl++;
                    assertThat(Arrays.copyOf(example.inputIds(), whole.length)).isEqualTo(whole);
                }
                assertThat(startsWith(example.inputIds(), prompt)).isTrue();
                for (int i = 0; i < example.length(); i++) {
                    assertThat(example.labels()[i])
                            .isEqualTo(i < prompt.length ? Example.IGNORED : example.inputIds()[i]);
                }
            }
            // Llama 3 and Qwen 3 have tokens for ":A", ":B"…; the others have a separate token for the colon.
            assertThat(asTrl).isEqualTo(name.endsWith("3") ? 0 : 100);
            assertThat(shared).isZero();
        }
    }

    @Test
    void conversationIsMaskedToAssistantTurns() {
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/SmolLM2-135M-Instruct"))) {
            var file = SharedFolder.require("data/gsm8k/train.jsonl");
            try (RowReader reader = RowReader.open(file)) {
                PlacedRow placed = Objects.requireNonNull(reader.next());
                var row = (Row.ChatCompletion) placed.row();
                ExampleEncoder encoder = encoder(tokenizer, 1024);
                Example example = encoder.encode(placed).examples().getFirst();
                int[] question = encoder.question(placed).promptIds();
                String answer = row.completion().getFirst().text();
                int[] learnt = Arrays.copyOfRange(example.labels(), question.length, example.length());
                assertThat(Arrays.copyOf(example.labels(), question.length)).containsOnly(Example.IGNORED);
                assertThat(Arrays.copyOf(example.inputIds(), question.length)).isEqualTo(question);
                assertThat(tokenizer.decode(learnt, false)).isEqualTo(answer + "<|im_end|>");
                assertThat(tokenizer.decode(question, false))
                        .isEqualTo("### User:\n"
                                + row.prompt().messages().getFirst().text() + "\n\n### Assistant:\n");
            }
        }
    }

    @Test
    void gsm8kIsEncodedInSeconds() {
        var file = SharedFolder.require("data/gsm8k/train.jsonl");
        try (Tokenizer tokenizer = Tokenizer.open(SharedFolder.require("models/SmolLM2-135M-Instruct"))) {
            long start = System.nanoTime();
            Dataset data = Datasets.load(List.of(file), encoder(tokenizer, 512), 2);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            DatasetSummary summary = data.summary();
            assertThat(summary.rows()).isEqualTo(7473);
            assertThat(summary.dropped()).isZero();
            assertThat(data.size()).isEqualTo(7473);
            assertThat(summary.labelledTokens()).isBetween(summary.tokens() / 3, summary.tokens());
            assertThat(took)
                    .as("%s for %s", took, summary)
                    .isLessThan(Duration.ofSeconds(20)); // generous, because test machines are busy
            Dataset packed = data.packed(512);
            long full = summary.tokens() * 100 / (512L * packed.size());
            assertThat(full).as("percent of the packed rows filled").isGreaterThan(95);
        }
    }

    private static List<PlacedRow> trace(String task) {
        return Datasets.rows(SharedFolder.require("data/trace/LLM-CL-Benchmark_500/" + task + "/test.json"));
    }

    private static boolean startsWith(int[] whole, int[] beginning) {
        return beginning.length <= whole.length && Arrays.equals(beginning, Arrays.copyOf(whole, beginning.length));
    }

    private static ExampleEncoder encoder(Tokenizer tokenizer, int maxLength) {
        var limits = new ModelLimits(tokenizer.vocabSize(), maxLength);
        return new ExampleEncoder(
                tokenizer,
                new PlainTemplate(String.valueOf(tokenizer.special().eosText())),
                EncodingOptions.ofLength(maxLength),
                limits);
    }
}
