package org.halftune.delta;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightStream;
import org.halftune.pretrained.ContentDigest;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.safetensors.SafetensorsFile;

/**
 * A delta on its base, checked: both are bit for bit those of the training. Writes the model that the training would have exported
 * as a whole, the same bytes in every file. Tensors go from file to file in pieces, so memory does not depend on the model's size.
 */
public final class DeltaApplication implements AutoCloseable {
    private final PretrainedFolder base;
    private final SafetensorsFile changed;
    private final DeltaFile delta;
    private final ModelFolderWriter writer;

    private DeltaApplication(PretrainedFolder base, SafetensorsFile changed, DeltaFile delta) {
        this.base = base;
        this.changed = changed;
        this.delta = delta;
        var like = ModelFolderWriter.like(base);
        writer = delta.dtype()
                .map(like::dtype)
                .orElse(like)
                .trainedEnds(delta.trainedEnds())
                .files(delta.files());
    }

    /**
     * Opens and checks both.
     *
     * @throws InputError if a folder cannot be read, the delta is damaged or incomplete, or it was made from another base
     */
    public static DeltaApplication open(Path baseFolder, Path deltaFolder) {
        var delta = DeltaFile.read(deltaFolder);
        var changed = SafetensorsFile.open(deltaFolder.resolve(DeltaFile.TENSORS));
        try {
            if (!ContentDigest.of(changed.tensors(), changed::get).equals(delta.digest())) {
                throw new InputError(
                        "the tensors are not those that " + PretrainedFolder.DELTA + " belongs to",
                        changed.path().toString(),
                        "the delta is damaged, or its files are of two runs: use another copy");
            }
            var base = PretrainedFolder.open(baseFolder);
            try {
                var application = new DeltaApplication(base, changed, delta);
                application.requireBase(deltaFolder);
                return application;
            } catch (RuntimeException | Error e) {
                base.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            changed.close();
            throw e;
        }
    }

    private void requireBase(Path deltaFolder) {
        String digest = ContentDigest.of(base);
        if (digest.equals(delta.baseDigest())) return;
        throw new InputError(
                "the delta was made from another base: " + delta.base() + ", whose tensors have the digest "
                        + brief(delta.baseDigest()) + "; those of " + base.path() + " have " + brief(digest)
                        + shapes(),
                deltaFolder.toString(),
                "give --base the model that the training started from, with the same weights in the same types");
    }

    /** The first tensor that does not fit, if the shapes say already that it is another model. */
    private String shapes() {
        var specs = ParameterSpec.all(base.config());
        for (var tensor : changed.tensors()) {
            var fitting = specs.stream()
                    .filter(spec -> spec.name().equals(tensor.name()))
                    .findFirst();
            if (fitting.isEmpty()) return " (and no " + tensor.name() + ")";
            if (!fitting.get().shape().equals(tensor.shape())) {
                return " (" + tensor.name() + " has shape " + fitting.get().shape() + ", of the delta " + tensor.shape()
                        + ")";
            }
        }
        return "";
    }

    private static String brief(String digest) {
        return digest.substring(0, Math.min(16, digest.length()));
    }

    /** Notices about the base: how it was read, and files besides the weights that have changed since the training. */
    public List<String> notices() {
        var notices = new ArrayList<>(base.notices());
        var now = ModelFolderWriter.digests(base.path());
        delta.baseFiles().forEach((name, digest) -> {
            if (!now.containsKey(name))
                notices.add(name + " is missing in the base, which had it when the delta was made");
            else if (!digest.equals(now.get(name)))
                notices.add(name + " of the base is not as it was when the delta was made; the result has the new one");
        });
        for (String name : now.keySet()) {
            if (!delta.baseFiles().containsKey(name))
                notices.add(name + " of the base is new since the delta was made; the result has it too");
        }
        return notices;
    }

    /** Number of tensors that the delta has. */
    public int changedTensors() {
        return changed.tensors().size();
    }

    /** Size of the resulting weight files in bytes. */
    public long bytes() {
        return writer.bytes();
    }

    /**
     * Writes the model completely or not at all.
     *
     * @throws InputError if the target is not empty or not writable
     * @throws org.halftune.problem.DiskFailure if the disk is full
     */
    public void write(Path target) {
        var names = changed.tensors().stream().map(tensor -> tensor.name()).toList();
        WeightStream weights =
                name -> names.contains(name) ? changed.get(name) : base.source().get(name);
        writer.write(target, weights);
    }

    @Override
    public void close() {
        base.close();
        changed.close();
    }
}
