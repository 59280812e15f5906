package org.halftune.delta;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.halftune.model.WeightStream;
import org.halftune.pretrained.ContentDigest;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.safetensors.SafetensorsWriter;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;

/**
 * Writes a delta: of the model that {@code model} would write, only the tensors that changed.
 *
 * @param base the model before the training
 * @param model the writer of the whole model; derived from {@link ModelFolderWriter#like} of the base
 * @param changed names of the tensors that the training may have changed
 */
public record DeltaWriter(PretrainedFolder base, ModelFolderWriter model, Set<String> changed) {
    /** The files of a delta, the one first without which a folder is not a delta. */
    public static final List<String> FILES = List.of(PretrainedFolder.DELTA, DeltaFile.TENSORS);

    public DeltaWriter {
        changed = Set.copyOf(changed);
    }

    /** Size of {@code delta.safetensors} in bytes. */
    public long bytes() {
        return SafetensorsWriter.size(tensors());
    }

    /** Whether a folder has a readable delta with the tensors that would be written. */
    public boolean isIn(Path folder) {
        if (!Files.isRegularFile(folder.resolve(PretrainedFolder.DELTA))) return false;
        try (var written = SafetensorsFile.open(folder.resolve(DeltaFile.TENSORS))) {
            DeltaFile.read(folder);
            return Set.copyOf(written.tensors()).equals(Set.copyOf(tensors()));
        } catch (InputError e) {
            return false; // Damaged, or another delta: export again.
        }
    }

    private List<TensorInfo> tensors() {
        return model.tensors().stream()
                .filter(tensor -> changed.contains(tensor.name()))
                .toList();
    }

    /**
     * Writes into an existing folder, {@code delta.json} last.
     *
     * @param weights the weights of the whole model as they are saved
     * @throws org.halftune.problem.InputError if a weight does not fit its type
     * @throws org.halftune.problem.DiskFailure if the disk is full
     */
    public void write(Path folder, WeightStream weights) {
        Path file = folder.resolve(DeltaFile.TENSORS);
        SafetensorsWriter.write(file, tensors(), weights::get);
        try (var written = SafetensorsFile.open(file)) {
            new DeltaFile(
                            base.name(),
                            ContentDigest.of(base),
                            ModelFolderWriter.digests(base.path()),
                            ContentDigest.of(written.tensors(), written::get),
                            dtype(),
                            model.trainedEnds(),
                            model.files())
                    .write(folder);
        }
    }

    /** The type of all tensors, if it was chosen; empty if each has the base's. */
    private Optional<DType> dtype() {
        return model.tensors().stream()
                .filter(tensor -> tensor.dtype() != base.tensor(tensor.name()).dtype())
                .map(TensorInfo::dtype)
                .findFirst();
    }
}
