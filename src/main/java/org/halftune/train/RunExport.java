package org.halftune.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.delta.DeltaWriter;
import org.halftune.model.WeightStream;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.safetensors.TensorInfo;
import org.halftune.train.export.BaseModel;

/**
 * What a run writes into its output folder at the end, by {@code --export}: the whole model, or a delta with only the tensors that
 * learned. A full export and a delta on its base are the same bytes.
 */
sealed interface RunExport {

    /** @param delta whether {@code --export delta} is given; then the base is a folder */
    static RunExport of(boolean delta, BaseModel base) {
        return delta && base instanceof BaseModel.Pretrained(PretrainedFolder folder) ? new Delta(folder) : new Model();
    }

    /** Size and share of what is written; empty for a whole model. */
    Optional<String> description(ModelFolderWriter model, Set<String> trained);

    /**
     * Writes into the output folder.
     *
     * @param best the checkpoint to export instead of {@code weights}
     * @param trained whether a tensor has ever learned in this run
     */
    void write(
            Path output, ModelFolderWriter model, WeightStream weights, Optional<Path> best, Predicate<String> trained);

    /** Whether the output folder has the export that would be written. */
    boolean isIn(Path output, ModelFolderWriter model, Set<String> trained);

    /** The whole model. */
    record Model() implements RunExport {
        @Override
        public Optional<String> description(ModelFolderWriter model, Set<String> trained) {
            return Optional.empty();
        }

        @Override
        public void write(
                Path output,
                ModelFolderWriter model,
                WeightStream weights,
                Optional<Path> best,
                Predicate<String> trained) {
            best.ifPresentOrElse(
                    checkpoint -> ModelCopy.copy(checkpoint, output), () -> model.writeInto(output, weights));
        }

        @Override
        public boolean isIn(Path output, ModelFolderWriter model, Set<String> trained) {
            return FinishedRun.holds(output, model);
        }
    }

    /** Only what learned. */
    record Delta(PretrainedFolder base) implements RunExport {
        @Override
        public Optional<String> description(ModelFolderWriter model, Set<String> trained) {
            long part = new DeltaWriter(base, model, trained).bytes();
            return Optional.of("exported as a delta of " + Amounts.bytes(part) + ", "
                    + Amounts.percent((double) part / model.bytes()) + " of the model's "
                    + Amounts.bytes(model.bytes()));
        }

        @Override
        public void write(
                Path output,
                ModelFolderWriter model,
                WeightStream weights,
                Optional<Path> best,
                Predicate<String> trained) {
            var changed = model.tensors().stream()
                    .map(TensorInfo::name)
                    .filter(trained)
                    .collect(Collectors.toSet());
            var writer = new DeltaWriter(base, model, changed);
            if (best.isEmpty()) {
                writer.write(output, weights);
                return;
            }
            try (var checkpoint = PretrainedFolder.open(best.get())) {
                writer.write(output, checkpoint.source());
            }
        }

        @Override
        public boolean isIn(Path output, ModelFolderWriter model, Set<String> trained) {
            return new DeltaWriter(base, model, trained).isIn(output);
        }
    }
}
