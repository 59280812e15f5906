package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.SharedFolder;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateRunTest {
    private static Path model;

    @TempDir
    Path folder;

    @BeforeAll
    static void find() {
        model = SharedFolder.require("models/stories260K");
    }

    @Test
    void promptsOfFlagsComeBeforeThoseOfTheFile() throws IOException {
        var file = Files.writeString(folder.resolve("prompts.txt"), "The dog\n\nA cat\n");

        var generations = run(List.of("Once"), file, false);

        assertThat(generations).extracting(Generation::prompt).containsExactly("Once", "The dog", "A cat");
        assertThat(generations).allSatisfy(g -> assertThat(g.newTokens()).isEqualTo(8));
    }

    @Test
    void rowsGiveTheirPrompts() throws IOException {
        var file = Files.writeString(
                folder.resolve("rows.jsonl"), "{\"prompt\": \"Once upon a time\", \"completion\": \" x\"}\n");
        assertThat(run(List.of(), file, false).getFirst().text()).startsWith(", there was");
    }

    @Test
    void chatRendersThePromptAsAUserTurn() {
        var plain = run(List.of("Lily"), null, false).getFirst();
        var chat = run(List.of("Lily"), null, true).getFirst();
        assertThat(chat.prompt()).isEqualTo("Lily");
        assertThat(chat.text()).isNotEqualTo(plain.text());
    }

    @Test
    void severalPromptsAreCountedNotStreamed() {
        var pieces = new ArrayList<String>();
        var counts = new ArrayList<String>();
        try (var backend = CpuBackend.open(1)) {
            GenerateRun.run(backend, options(List.of("a", "b"), null, false), new GenerateListener() {
                @Override
                public void wrote(String piece) {
                    pieces.add(piece);
                }

                @Override
                public void finished(int done, int total) {
                    counts.add(done + " of " + total);
                }
            });
        }
        assertThat(pieces).isEmpty();
        assertThat(counts).containsExactly("1 of 2", "2 of 2");
    }

    @Test
    void missingOrEmptyPromptsAreErrors() throws IOException {
        assertThatThrownBy(() -> options(List.of(), null, false))
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.where()).isEqualTo("--prompt"));
        var empty = Files.writeString(folder.resolve("empty.txt"), "\n \n");
        assertThatThrownBy(() -> run(List.of(), empty, false))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("empty.txt");
        assertThatThrownBy(() -> run(List.of(), folder.resolve("absent.txt"), false))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("absent.txt");
    }

    private static List<Generation> run(List<String> prompts, @Nullable Path file, boolean chat) {
        try (var backend = CpuBackend.open(1)) {
            return GenerateRun.run(backend, options(prompts, file, chat), GenerateListener.SILENT);
        }
    }

    private static GenerateOptions options(List<String> prompts, @Nullable Path file, boolean chat) {
        return new GenerateOptions(
                model,
                prompts,
                file,
                chat,
                ChatOptions.DEFAULT,
                new GenerationSettings(new Sampling.Greedy(), 8, List.of()),
                4);
    }
}
