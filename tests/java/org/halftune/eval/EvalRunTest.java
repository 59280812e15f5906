package org.halftune.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.SharedFolder;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.MaxLength;
import org.halftune.data.Truncation;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.safetensors.SafetensorsWriter;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.HostTensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalRunTest {
    private static Path model;
    private static Backend backend;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        model = SharedFolder.require("models/stories260K");
        backend = CpuBackend.open(2);
    }

    @AfterAll
    static void close() {
        if (backend != null) backend.close(); // fails if a run leaked memory
    }

    @Test
    void promptRowsGetBothScoresAndTextsOnlyPerplexity() throws IOException {
        var result = run(options(Metric.AUTO, AnswerForm.DEFAULT, questions(), story("a.txt"), texts()));

        assertThat(result.files()).hasSize(3);
        assertThat(result.files()).allSatisfy(f -> assertThat(f.perplexity()).isNotNull());
        assertThat(result.files()).extracting(FileScore::rows).containsExactly(2, 1, 1);
        assertThat(result.files().get(0).exactMatch()).isNotNull();
        assertThat(result.files().get(1).exactMatch()).isNull();
        assertThat(result.files().get(2).exactMatch()).isNull();
        assertThat(result.files().get(1).perplexity().perplexity()).isBetween(1.0, 10.0);
    }

    @Test
    void tableAndFileHaveTheSameScores() throws IOException {
        var result = run(options(Metric.AUTO, AnswerForm.DEFAULT, questions()));

        var json = StrictJson.read(folder.resolve("out").resolve(EvaluationResult.FILE_NAME));
        var file = json.get("files").get(0);
        assertThat(file.get("exact_match").doubleValue()).isEqualTo(0);
        assertThat(file.get("questions").intValue()).isEqualTo(2);
        assertThat(file.get("first_misses").get(0).get("expected").stringValue())
                .isEqualTo(", there was a zebra");
        assertThat(file.get("perplexity").doubleValue())
                .isEqualTo(result.files().getFirst().perplexity().perplexity());
        assertThat(result.render(100)).contains("0.0 % (0 of 2)", "perplexity", "expected , there was a zebra");
        assertThat(result.render(40)).contains("0.0 % (0 of 2)");
    }

    @Test
    void answerIsTheFirstLineAndMayIgnoreCase() throws IOException {
        // The model never stops, so nothing matches exactly; the expected text of one row is a prefix of its output.
        var result = run(options(Metric.EXACT_MATCH, new AnswerForm(true, true), questions()));
        assertThat(result.files().getFirst().perplexity()).isNull();
        assertThat(result.files().getFirst().exactMatch().misses().get(1).got()).startsWith(", there was a little");
    }

    @Test
    void limitTakesTheFirstRows() throws IOException {
        var o = options(Metric.AUTO, AnswerForm.DEFAULT, questions());
        var limited = new EvalOptions(
                o.model(),
                o.files(),
                DefaultEvalOptions.encoding(MaxLength.asked(64)),
                o.metric(),
                o.form(),
                4,
                1,
                null);
        assertThat(run(limited).files().getFirst().exactMatch().total()).isEqualTo(1);
    }

    @Test
    void readingStopsAtTheLimit() throws IOException {
        var file = write("broken.jsonl", "{\"text\": \"Lily went to the park.\"}\n{\"text\": \"no end");
        var options = new EvalOptions(
                model,
                List.of(file),
                DefaultEvalOptions.encoding(MaxLength.DEFAULT),
                Metric.AUTO,
                AnswerForm.DEFAULT,
                4,
                1,
                null);
        assertThat(run(options).files().getFirst().rows()).isEqualTo(1);
    }

    @Test
    void foldersAreReadAndDescribedInNotices() throws IOException {
        Files.createDirectory(folder.resolve("rows"));
        write("rows/a.jsonl", """
                {"messages": [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": [{"type": "text", "text": "Lily."}]}], "id": 7}
                """);
        var heard = new ArrayList<String>();
        var listener = new EvalListener() {
            @Override
            public void notice(String text) {
                heard.add(text);
            }
        };
        var assistant = new EvalEncoding(Optional.empty(), MaxLength.ALL, Truncation.KEEP_END, Optional.empty(), true);
        var tokens = new ArrayList<Long>();
        for (var reading : List.of(DefaultEvalOptions.encoding(MaxLength.ALL), assistant)) {
            var options = new EvalOptions(
                    model, List.of(folder.resolve("rows")), reading, Metric.AUTO, AnswerForm.DEFAULT, 4, 0, null);
            tokens.add(EvalRun.run(backend, options, listener)
                    .files()
                    .getFirst()
                    .perplexity()
                    .tokens());
        }
        assertThat(tokens.getLast()).isPositive().isLessThan(tokens.getFirst());
        assertThat(String.join("\n", heard))
                .contains(
                        "reads a.jsonl",
                        "format messages · template plain (the model has no template) · loss on all tokens",
                        "loss on the assistant's turns",
                        "it got their joined text",
                        "columns not used: id");
    }

    @Test
    void longTextIsSplitIntoWindows() throws IOException {
        var o = options(Metric.PERPLEXITY, AnswerForm.DEFAULT, story("long.txt"));
        var small = new EvalOptions(
                o.model(),
                o.files(),
                DefaultEvalOptions.encoding(MaxLength.asked(16)),
                o.metric(),
                o.form(),
                4,
                0,
                null);
        assertThat(run(small).files().getFirst().rows()).isGreaterThan(1);
    }

    @Test
    void promptWithoutPositionsForAnAnswerIsLeftOutAndCounted() throws IOException {
        var rows = write(
                "mixed.jsonl",
                "{\"prompt\": \"Once upon a time\", \"completion\": \" x\"}\n{\"prompt\": \"" + "word ".repeat(600)
                        + "\", \"completion\": \" x\"}\n");
        var result = run(options(Metric.AUTO, AnswerForm.DEFAULT, rows));

        assertThat(result.files().getFirst().exactMatch().total()).isEqualTo(1);
        assertThat(result.files().getFirst().tooLong()).hasSize(1);
        assertThat(result.json().get("files").get(0).get("questions_left_out").intValue())
                .isEqualTo(1);
        assertThat(result.render(100)).contains("1 question is left out of exact match", "mixed.jsonl, line 2");
    }

    @Test
    void perplexityAlonePreparesNoQuestions() throws IOException {
        var rows = write(
                "long.jsonl",
                "{\"prompt\": \"a\", \"completion\": \" x\"}\n{\"prompt\": \"" + "word ".repeat(600)
                        + "\", \"completion\": \" x\"}\n");
        var score = run(options(Metric.PERPLEXITY, AnswerForm.DEFAULT, rows))
                .files()
                .getFirst();
        assertThat(score.tooLong()).isEmpty();
        assertThat(score.perplexity().tokens()).isPositive();
    }

    @Test
    void badInputIsNamedAndNothingIsWritten() throws IOException {
        var broken = write("broken.jsonl", "{\"prompt\": 3, \"completion\": \"x\"}\n");
        assertThatThrownBy(() -> run(options(Metric.AUTO, AnswerForm.DEFAULT, broken)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("broken.jsonl, line 1, field prompt");
        assertThatThrownBy(() -> run(options(Metric.AUTO, AnswerForm.DEFAULT, folder.resolve("absent.jsonl"))))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("absent.jsonl");
        assertThatThrownBy(() -> run(options(Metric.EXACT_MATCH, AnswerForm.DEFAULT, texts())))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("texts.jsonl");
        var latin = folder.resolve("latin.txt");
        Files.write(latin, new byte[] {'a', (byte) 0xe9, 'b'});
        assertThatThrownBy(() -> run(options(Metric.AUTO, AnswerForm.DEFAULT, latin)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("UTF-8");
        var longPrompt = write("long.jsonl", "{\"prompt\": \"" + "word ".repeat(600) + "\", \"completion\": \"x\"}");
        assertThatThrownBy(() -> run(options(Metric.EXACT_MATCH, AnswerForm.DEFAULT, longPrompt)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("long.jsonl, line 1")
                .hasMessageContaining("512 positions");
        assertThat(folder.resolve("out").resolve(EvaluationResult.FILE_NAME)).doesNotExist();
    }

    /** 1.0343 is transformers' loss of the untied model; with the head dropped it is 0.4098. */
    @Test
    void untiedHeadIsUsedDespiteATiedConfiguration() throws IOException {
        Path untied = Files.createDirectories(folder.resolve("untied"));
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(model.resolve(name), untied.resolve(name));
        }
        try (var stored = SafetensorsFile.open(model.resolve("model.safetensors"))) {
            var embedding = stored.get("model.embed_tokens.weight");
            var half = embedding.toFloats();
            for (int i = 0; i < half.length; i++) half[i] *= 0.5f;
            var infos = new ArrayList<>(stored.tensors());
            infos.add(new TensorInfo("lm_head.weight", embedding.dtype(), embedding.shape()));
            SafetensorsWriter.write(
                    untied.resolve("model.safetensors"),
                    infos,
                    name -> name.equals("lm_head.weight") ? HostTensor.of(embedding.shape(), half) : stored.get(name));
        }
        var text = write(
                "lily.txt",
                "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. "
                        + "One day, she saw a big, red ball. She wanted to play with it, but it was too high.\n");
        var options = new EvalOptions(
                untied,
                List.of(text),
                DefaultEvalOptions.encoding(MaxLength.asked(128)),
                Metric.PERPLEXITY,
                AnswerForm.DEFAULT,
                4,
                0,
                null);
        assertThat(run(options).files().getFirst().perplexity().loss()).isCloseTo(1.0343, offset(1e-3));
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> DefaultEvalOptions.of(Path.of("m"), List.of())).isInstanceOf(InputError.class);
        assertThatThrownBy(() -> new EvalOptions(
                        Path.of("m"),
                        List.of(Path.of("f")),
                        DefaultEvalOptions.encoding(MaxLength.asked(1)),
                        Metric.AUTO,
                        AnswerForm.DEFAULT,
                        1,
                        0,
                        null))
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.what()).startsWith("--max_length 1"));
    }

    private static EvaluationResult run(EvalOptions options) {
        return EvalRun.run(backend, options, EvalListener.SILENT);
    }

    private EvalOptions options(Metric metric, AnswerForm form, Path... files) {
        return new EvalOptions(
                model,
                List.of(files),
                DefaultEvalOptions.encoding(MaxLength.asked(512)),
                metric,
                form,
                4,
                0,
                folder.resolve("out"));
    }

    private Path questions() throws IOException {
        return write("questions.jsonl", """
                {"prompt": "Once upon a time", "completion": ", there was a zebra"}
                {"prompt": "Once upon a time", "completion": ", there was a little girl"}
                """);
    }

    private Path texts() throws IOException {
        return write("texts.jsonl", "{\"text\": \"Lily went to the park.\"}\n");
    }

    private Path story(String name) throws IOException {
        return write(
                name, "Once upon a time, there was a little girl named Lily. She loved to play outside in the park.");
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
