package org.halftune.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.halftune.Fixtures;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.DiskFailure;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ModelFolderWriterTest {
    static final List<String> FIXTURES = Fixtures.ALL;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @FieldSource("FIXTURES")
    void exportOfAReadModelIsTheSameModel(String name) {
        Path target = temporary.resolve("deep/er/out");
        try (var source = PretrainedFolder.open(Fixtures.model(name))) {
            ModelFolderWriter.like(source).write(target, source.source());
            try (var copy = PretrainedFolder.open(target)) {
                assertThat(copy.configFile()).isEqualTo(source.configFile());
                assertThat(copy.specialIds()).isEqualTo(source.specialIds());
                assertSameBits(copy, source);
            }
        }
        assertThat(target.resolve("generation_config.json"))
                .hasSameBinaryContentAs(Fixtures.model(name).resolve("generation_config.json"));
        assertThat(names(temporary.resolve("deep/er"))).containsExactly("out");
    }

    @Test
    void companionsAreCopiedAndOtherFilesAreNot() throws IOException {
        Path folder = Fixtures.copyModel("gqa-tied", temporary.resolve("source"));
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages }}");
        Files.writeString(folder.resolve("optimizer.pt"), "x");
        Path target = temporary.resolve("out");
        try (var source = PretrainedFolder.open(folder)) {
            ModelFolderWriter.like(source).write(target, source.source());
        }
        assertThat(names(target))
                .containsExactly(
                        "chat_template.jinja",
                        "config.json",
                        "generation_config.json",
                        "model.safetensors",
                        "tokenizer.json");
        assertThat(target.resolve("chat_template.jinja")).hasContent("{{ messages }}");
    }

    @Test
    void additionalFilesReplaceCompanions() throws IOException {
        Path folder = Fixtures.copyModel("gqa-tied", temporary.resolve("source"));
        Files.writeString(folder.resolve("chat_template.jinja"), "old");
        Path target = temporary.resolve("out");
        try (var source = PretrainedFolder.open(folder)) {
            ModelFolderWriter.like(source)
                    .files(Map.of("chat_template.jinja", "new", "additional_chat_templates/rag.jinja", "rag"))
                    .write(target, source.source());
        }
        assertThat(target.resolve("chat_template.jinja")).hasContent("new");
        assertThat(target.resolve("additional_chat_templates/rag.jinja")).hasContent("rag");
    }

    @Test
    void shardsAndSingleFileHaveTheSameTensors() {
        Path target = temporary.resolve("out");
        try (var source = PretrainedFolder.open(Fixtures.model("gqa-tied"))) {
            ModelFolderWriter.like(source).maxShardBytes(300_000).write(target, source.source());
            try (var copy = PretrainedFolder.open(target)) {
                assertThat(copy.weightFiles().size()).isGreaterThan(3);
                assertSameBits(copy, source);
            }
        }
    }

    @Test
    void wideningAndNarrowingKeepsTheBitsAndUpdatesTheConfiguration() throws IOException {
        Path wide = temporary.resolve("wide");
        Path narrow = temporary.resolve("narrow");
        try (var source = PretrainedFolder.open(Fixtures.model("llama3-rope"))) {
            assertThat(source.config().dtype()).isEqualTo(DType.BF16);
            ModelFolderWriter.like(source).dtype(DType.F32).write(wide, source.source());
            String config = source.configFile().text();
            assertThat(wide.resolve("config.json")).hasContent(config.replace("\"bfloat16\"", "\"float32\""));
            try (var widened = PretrainedFolder.open(wide)) {
                assertThat(widened.config().dtype()).isEqualTo(DType.F32);
                // As in training: weights in float32, saved in the type of the source.
                ModelFolderWriter.like(source).write(narrow, widened.source());
            }
            try (var copy = PretrainedFolder.open(narrow)) {
                assertThat(copy.configFile()).isEqualTo(source.configFile());
                assertSameBits(copy, source);
            }
        }
    }

    @Test
    void newModelIsReadBackEqual() {
        Path target = temporary.resolve("out");
        try (var source = PretrainedFolder.open(Fixtures.model("odd-layers"))) {
            var config = source.config();
            ModelFolderWriter.of(config, source.specialIds(), null).write(target, source.source());
            try (var copy = PretrainedFolder.open(target)) {
                assertThat(copy.config()).isEqualTo(config);
                assertThat(copy.specialIds()).isEqualTo(source.specialIds());
                assertSameBits(copy, source);
            }
        }
        assertThat(names(target)).containsExactly("config.json", "model.safetensors");
    }

    @Test
    void nonEmptyTargetIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path target = Files.createDirectory(temporary.resolve("out"));
        Files.writeString(target.resolve("notes.txt"), "mine");
        var asked = new AtomicInteger();
        assertRefused(target, asked, "the output folder is not empty");
        assertThat(asked).hasValue(0);
        assertThat(names(target)).containsExactly("notes.txt");
        Path file = target.resolve("notes.txt");
        assertRefused(file, asked, "the output folder is a file");
        assertRefused(file.resolve("below"), asked, file + " is a file");
        assertThat(names(temporary)).containsExactly("out");
    }

    @Test
    void emptyTargetIsFilled() throws IOException {
        Path target = Files.createDirectory(temporary.resolve("out"));
        try (var source = PretrainedFolder.open(Fixtures.model("gqa-tied"))) {
            ModelFolderWriter.like(source).write(target, source.source());
        }
        assertThat(names(target)).contains("config.json");
    }

    @Test
    void failureLeavesNoFiles() {
        Path target = temporary.resolve("out");
        try (var source = PretrainedFolder.open(Fixtures.model("gqa-tied"))) {
            var writer = ModelFolderWriter.like(source).maxShardBytes(300_000);
            assertThatThrownBy(() -> writer.write(target, name -> {
                        if (name.equals("model.norm.weight")) throw new InputError("stopped", "", "");
                        return source.source().get(name);
                    }))
                    .isInstanceOf(InputError.class);
        }
        assertThat(names(temporary)).isEmpty();
    }

    @Test
    void folderWithoutConfigIsNotAModel() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("checkpoint"));
        try (var source = PretrainedFolder.open(Fixtures.model("gqa-tied"))) {
            var writer = ModelFolderWriter.like(source);
            assertThatThrownBy(() -> writer.writeInto(folder, name -> {
                        if (name.equals("model.norm.weight")) throw new IllegalStateException("killed");
                        return source.source().get(name);
                    }))
                    .hasMessage("killed");
            assertThat(names(folder)).doesNotContain("config.json", "model.safetensors");
            writer.writeInto(folder, source.source());
            assertThatThrownBy(() -> writer.writeInto(folder, source.source()))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining("already has a model");
        }
        PretrainedFolder.open(folder).close();
    }

    @Test
    void tooLittleSpaceIsDetectedBeforeWriting() {
        assertThatThrownBy(() -> OutputFolder.check(temporary.resolve("out"), Long.MAX_VALUE))
                .isInstanceOf(DiskFailure.class)
                .hasMessageContaining("No space left")
                .hasMessageContaining("9,223,372,036,854,775,807 bytes");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileSystemWithoutStorageIsNotAFullDisk() {
        assertThatThrownBy(() -> OutputFolder.check(Path.of("/proc/model"), 1))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("cannot store files");
    }

    private static void assertRefused(Path target, AtomicInteger asked, String message) {
        try (var source = PretrainedFolder.open(Fixtures.model("gqa-tied"))) {
            assertThatThrownBy(() -> ModelFolderWriter.like(source).write(target, name -> {
                        asked.incrementAndGet();
                        return source.source().get(name);
                    }))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(message)
                    .hasMessageContaining(target.toString());
        }
    }

    private static void assertSameBits(PretrainedFolder actual, PretrainedFolder expected) {
        for (var spec : ParameterSpec.all(expected.config())) {
            HostTensor a = actual.source().get(spec.name());
            HostTensor e = expected.source().get(spec.name());
            assertThat(a.dtype()).isEqualTo(e.dtype());
            assertThat(a.data().mismatch(e.data())).as(spec.name()).isEqualTo(-1);
        }
    }

    private static List<String> names(Path folder) {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
