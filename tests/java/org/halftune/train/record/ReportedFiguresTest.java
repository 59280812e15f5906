package org.halftune.train.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.halftune.Fixtures;
import org.halftune.backend.MemoryCategory;
import org.halftune.hft.Selection;
import org.halftune.model.ParameterCategory;
import org.halftune.pretrained.ConfigFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportedFiguresTest {
    @TempDir
    private Path folder;

    @Test
    void tiedHeadIsNotACategory() throws Exception {
        Fixtures.copyModel("gqa-tied", folder.resolve("model"));
        var config = ConfigFile.read(folder.resolve("model/config.json")).config();
        var trainable = ReportedFigures.trainable(Selection.full(config));
        assertThat(trainable.categories())
                .extracting(category -> category.title())
                .contains(ParameterCategory.EMBEDDING.title())
                .hasSize(ParameterCategory.values().length - 1);
    }

    @Test
    void peakIsTheSumOfAllCategories() {
        var memory = ReportedFigures.memory(Map.of(MemoryCategory.WEIGHTS, 3L, MemoryCategory.LOGITS, 4L));
        assertThat(memory.peak()).isEqualTo(7);
    }
}
