package org.halftune.continual;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.halftune.pretrained.ConfigFile;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.export.ConvertedModel;

/** The model of the last round in the dtypes of the base model, {@code OUTPUT/model}. */
public final class FinalModel {
    static final String FOLDER = "model";

    private FinalModel() {}

    /**
     * How it is saved.
     *
     * @param dtype empty: as in the base model's files
     * @param rounding to bfloat16; empty: stochastic
     * @param seed of stochastic rounding
     */
    public record Type(Optional<SaveType> dtype, Optional<Rounding> rounding, long seed) {}

    /** Whether it is written. The folder appears complete or not at all. */
    static boolean exists(Path output) {
        return Files.isRegularFile(output.resolve(FOLDER).resolve(ConfigFile.NAME));
    }

    /**
     * Writes it, unless it is there.
     *
     * @param last the folder of the last round
     * @param learned what was trained in any round; other parameters are exact in the base model's dtypes
     * @return a description of dtype and rounding
     */
    static String write(Path output, Path base, Path last, Set<String> learned, Type type) {
        try (var from = PretrainedFolder.open(last);
                var like = PretrainedFolder.open(base)) {
            var model = new ConvertedModel(like, from, learned, type.dtype, type.rounding, type.seed);
            if (!exists(output)) model.write(output.resolve(FOLDER));
            return model.description();
        }
    }
}
