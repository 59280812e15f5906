package org.halftune.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.hft.Freeze;
import org.halftune.hft.HalfReset;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionOrigin;
import org.halftune.hft.Strategy;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Rope;
import org.halftune.model.Weights;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.pretrained.SpecialIds;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that a half-reset writes, bit by bit. */
class ResetFolderTest {
    private static final String EMBEDDING = "model.embed_tokens.weight";

    @TempDir
    Path temporary;

    private static LlamaConfig config(int vocabulary, boolean tied, DType dtype) {
        return new LlamaConfig(vocabulary, 16, 24, 3, 4, 2, 4, 32, 1e-5f, new Rope.Default(1e4), tied, 0.2f, dtype);
    }

    private Path model(String name, LlamaConfig config, long seed) {
        try (var backend = CpuBackend.open(1);
                var weights = Weights.random(backend, config, Set.of(), seed)) {
            ModelFolderWriter.of(config, SpecialIds.NONE, Path.of("models/world-4m"))
                    .write(temporary.resolve(name), weights::download);
        }
        return temporary.resolve(name);
    }

    private static HalfReset half(LlamaConfig config, boolean inverse) {
        var selection = Selection.draw(config, new Strategy.Category(0.5), Freeze.NOTHING, 7, 0);
        return HalfReset.of(selection, Freeze.NOTHING, inverse);
    }

    private static HalfReset listed(LlamaConfig config, String... names) {
        var specs = ParameterSpec.all(config);
        return HalfReset.of(new Selection(new SelectionOrigin.Listed(), Set.of(names), specs), Freeze.NOTHING, false);
    }

    @Test
    void resetTensorsHaveTheBitsOfTheBaseAndAllOthersThoseOfTheTunedModel() {
        var config = config(64, false, DType.BF16);
        var base = model("base", config, 1);
        var tuned = model("tuned", config, 2);
        for (boolean inverse : List.of(false, true)) {
            var reset = half(config, inverse);
            var target = temporary.resolve("out-" + inverse);
            try (var models = ModelPair.open(base, tuned)) {
                new ResetFolder(models, reset, Optional.empty()).write(target);
            }
            try (var a = PretrainedFolder.open(base);
                    var b = PretrainedFolder.open(tuned);
                    var c = PretrainedFolder.open(target)) {
                for (var spec : ParameterSpec.all(config)) {
                    var from = reset.names().contains(spec.name()) ? a : b;
                    var expected = from.source().get(spec.name());
                    var actual = c.source().get(spec.name());
                    assertThat(actual.dtype()).isEqualTo(DType.BF16);
                    assertThat(actual.data().mismatch(expected.data()))
                            .as(spec.name())
                            .isEqualTo(-1);
                }
            }
        }
    }

    @Test
    void folderHasTheTunedModelsTokenizerAndSaysWhatWasReset() throws IOException {
        var config = config(64, true, DType.F32);
        var base = model("base", config, 1);
        var tuned = model("tuned", config, 2);
        Files.writeString(tuned.resolve("tokenizer_config.json"), "{\"of\": \"tuned\"}");
        try (var models = ModelPair.open(base, tuned)) {
            new ResetFolder(models, half(config, true), Optional.empty()).write(temporary.resolve("out"));
        }
        assertThat(temporary.resolve("out/tokenizer_config.json")).hasContent("{\"of\": \"tuned\"}");
        assertThat(Files.readString(temporary.resolve("out/reset.json")))
                .contains("\"base\": \"base\"", "\"ratio\": 0.5", "\"inverse\": true", "\"parameters_reset\": ");
    }

    @Test
    void bfloat16BaseIsWidenedExactlyAndSaveDtypeRoundsBoth() {
        var base = model("base", config(64, true, DType.BF16), 1);
        var tuned = model("tuned", config(64, true, DType.F32), 2);
        var reset = half(config(64, true, DType.F32), false);
        try (var models = ModelPair.open(base, tuned)) {
            var wide = new ResetFolder(models, reset, Optional.empty());
            assertThat(wide.types()).isEqualTo("float32, without loss");
            wide.write(temporary.resolve("wide"));
            var narrow = new ResetFolder(models, reset, Optional.of(DType.BF16));
            assertThat(narrow.types()).startsWith("bfloat16; ").endsWith("of a wider type are rounded to nearest");
            narrow.write(temporary.resolve("narrow"));
            try (var c = PretrainedFolder.open(temporary.resolve("wide"));
                    var d = PretrainedFolder.open(temporary.resolve("narrow"))) {
                String name = reset.names().iterator().next();
                var before = models.base().source().get(name);
                assertThat(c.tensor(name).dtype()).isEqualTo(DType.F32);
                assertThat(c.source().get(name).toFloats()).isEqualTo(before.toFloats());
                assertThat(d.source().get(name).data().mismatch(before.data())).isEqualTo(-1);
            }
        }
    }

    @Test
    void separateHeadIsResetToTheTiedBasesEmbeddings() {
        var base = model("base", config(64, true, DType.F32), 1);
        var untied = config(64, false, DType.F32);
        var tuned = model("tuned", untied, 2);
        try (var models = ModelPair.open(base, tuned)) {
            new ResetFolder(models, listed(untied, "lm_head.weight"), Optional.empty()).write(temporary.resolve("out"));
            try (var out = PretrainedFolder.open(temporary.resolve("out"))) {
                assertThat(out.source().get("lm_head.weight").toFloats())
                        .isEqualTo(models.base().source().get(EMBEDDING).toFloats());
                assertThat(out.source().get(EMBEDDING).toFloats())
                        .isEqualTo(models.tuned().source().get(EMBEDDING).toFloats());
            }
        }
    }

    @Test
    void tiedHeadIsNotResetToTheEmbeddingsOfABaseWithASeparateHead() {
        var base = model("base", config(64, false, DType.F32), 1);
        var tied = config(64, true, DType.F32);
        var tuned = model("tuned", tied, 2);
        try (var models = ModelPair.open(base, tuned)) {
            new ResetFolder(models, half(tied, false), Optional.empty()); // keeps the tuned embeddings
            assertThatThrownBy(() -> new ResetFolder(models, listed(tied, EMBEDDING), Optional.empty()))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining("has a separate lm_head.weight")
                    .hasMessageContaining(base.toString());
        }
    }

    /** As after adding tokens to the vocabulary: the layers can go back, the embeddings cannot. */
    @Test
    void shapesMustAgreeOnlyWhereTheBaseIsUsed() {
        var base = model("base", config(64, true, DType.F32), 1);
        var larger = config(66, true, DType.F32);
        var tuned = model("tuned", larger, 2);
        try (var models = ModelPair.open(base, tuned)) {
            new ResetFolder(models, half(larger, false), Optional.empty()).write(temporary.resolve("out"));
            assertThatThrownBy(() -> new ResetFolder(models, listed(larger, EMBEDDING), Optional.empty()))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(EMBEDDING + " has shape [64, 16] in the base and [66, 16] in the tuned model")
                    .hasMessageContaining(base + " and " + tuned);
        }
    }

    /** Allocations of the thread bound its use of the heap from above; direct buffers are counted apart. */
    @Test
    void memoryDoesNotDependOnTheModelsSize() {
        var config = new LlamaConfig(
                40_000, 256, 256, 1, 4, 4, 64, 32, 1e-5f, new Rope.Default(1e4), true, 0.2f, DType.F32); // 41 MB
        var base = model("base", config, 1);
        var tuned = model("tuned", config, 2);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        try (var models = ModelPair.open(base, tuned)) {
            var folder = new ResetFolder(models, half(config, false), Optional.of(DType.BF16));
            long heapBefore = threads.getCurrentThreadAllocatedBytes();
            long directBefore = direct.getMemoryUsed();
            folder.write(temporary.resolve("out"));
            assertThat(threads.getCurrentThreadAllocatedBytes() - heapBefore).isLessThan(8 << 20);
            assertThat(direct.getMemoryUsed() - directBefore).isLessThan(8 << 20);
        }
    }
}
