package org.halftune;

import java.nio.file.Path;
import java.util.Set;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Rope;
import org.halftune.model.Weights;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.SpecialIds;
import org.halftune.tensor.DType;

/** A model of 0.1 M random weights with the bundled model's tokenizer, for tests that need text but no sense. */
public final class TinyModel {
    /** Ids of the tokenizer. */
    public static final int VOCABULARY = 2048;

    public static final int POSITIONS = 64;

    private TinyModel() {}

    /** Two layers, grouped-query attention, a tied head, BF16. */
    public static Path write(Path folder) {
        return write(folder, VOCABULARY);
    }

    /** The same with another number of embeddings than the tokenizer has ids. */
    public static Path write(Path folder, int vocabulary) {
        var config = new LlamaConfig(
                vocabulary, 32, 48, 2, 4, 2, 8, POSITIONS, 1e-5f, new Rope.Default(10_000), true, 0.2f, DType.BF16);
        try (var backend = CpuBackend.open(1);
                var weights = Weights.random(backend, config, Set.of(), 7)) {
            ModelFolderWriter.of(config, SpecialIds.NONE, Path.of("models/world-4m"))
                    .write(folder, weights::download);
        }
        return folder;
    }
}
