package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.halftune.TinyModel;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.console.Terminal;
import org.halftune.generate.Chat;
import org.halftune.generate.ChatOptions;
import org.halftune.generate.GenerateOptions;
import org.halftune.generate.GenerationSettings;
import org.halftune.generate.Sampling;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatConsoleTest {
    private static final int ANSWER_TOKENS = 4;

    @TempDir
    static Path model;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void pipedLinesAreAnsweredOnStandardOutput() throws IOException {
        talk(false, "a dog\n\na dog\n");

        assertThat(out().lines()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(err()).doesNotContain("> ").contains("(stopped at --max_new_tokens)");
    }

    @Test
    void resetForgetsEarlierTurns() throws IOException {
        talk(false, "a dog\n/reset\na dog\n/exit\nnever read\n");
        var forgotten = out();
        out.reset();
        talk(false, "a dog\na dog\n");

        assertThat(forgotten.substring(0, forgotten.length() / 2))
                .isEqualTo(forgotten.substring(forgotten.length() / 2));
        assertThat(out())
                .startsWith(forgotten.substring(0, forgotten.length() / 2))
                .isNotEqualTo(forgotten);
    }

    @Test
    void commandsOfTheChatAreExplained() throws IOException {
        talk(true, "/help\n/rest\n");
        assertThat(err()).contains("/reset  start a new", "unknown command /rest");
        assertThat(out()).isEmpty();
    }

    @Test
    void turnThatDoesNotFitIsAnErrorAndIgnored() throws IOException {
        var long_ = "word ".repeat(TinyModel.POSITIONS);
        talk(true, long_ + "\na dog\n");

        assertThat(err()).contains("the conversation has ", "the model's context has 64 positions", "turn 1", "/reset");
        assertThat(out()).isNotEmpty();
        assertThatThrownBy(() -> talk(false, "a dog\n" + long_ + "\n"))
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.where()).isEqualTo("turn 2"));
    }

    private void talk(boolean typed, String lines) throws IOException {
        if (!model.resolve("config.json").toFile().exists()) TinyModel.write(model);
        var options = new GenerateOptions(
                model,
                List.of(),
                null,
                true,
                ChatOptions.DEFAULT,
                new GenerationSettings(new Sampling.Greedy(), ANSWER_TOKENS, List.of()),
                1);
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                typed,
                80);
        try (var backend = CpuBackend.open(1);
                var chat = Chat.open(backend, options)) {
            var input = new StandardInput(new BufferedReader(new StringReader(lines)), typed);
            new ChatConsole(chat, terminal, input).run();
        }
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
