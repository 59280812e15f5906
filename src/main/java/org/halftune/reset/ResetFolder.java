package org.halftune.reset;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.files.StrictJson;
import org.halftune.hft.HalfReset;
import org.halftune.pretrained.ConfigFile;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;

/**
 * Writes a half-reset model as a Hugging Face folder with the configuration, tokenizer and generation files of the tuned model. Each
 * tensor is read from one mapped file and written to another in pieces of a megabyte, so memory does not depend on the model's size.
 *
 * <p>A tensor has the tuned model's storage type. Where the base stores it in the same type, the result has the base's bits; a
 * wider type is exact, and a narrower one rounds to nearest.
 */
public final class ResetFolder {
    /** In the folder: what was reset, and from which models. */
    public static final String FILE = "reset.json";

    private final ModelPair models;
    private final HalfReset reset;
    private final ModelFolderWriter writer;

    /**
     * @param dtype the type to save all tensors in; empty: as the tuned model stores them
     * @throws org.halftune.problem.InputError if shapes of the two models differ
     */
    public ResetFolder(ModelPair models, HalfReset reset, Optional<DType> dtype) {
        models.requireFit(reset.names());
        this.models = models;
        this.reset = reset;
        var like = ModelFolderWriter.like(models.tuned());
        writer = dtype.map(like::dtype).orElse(like).files(Map.of(FILE, json()));
    }

    /** Storage types of the result, and what happens to tensors that a model stores in another: {@code bfloat16}. */
    public String types() {
        var rounded = writer.tensors().stream().filter(this::rounds).count();
        var saved = writer.tensors().stream()
                .map(tensor -> ConfigFile.name(tensor.dtype()))
                .distinct()
                .collect(Collectors.joining(" and "));
        if (rounded == 0) return saved + ", without loss";
        return saved + "; " + Amounts.counted(rounded, "tensor of a wider type is", "tensors of a wider type are")
                + " rounded to nearest";
    }

    private boolean rounds(TensorInfo saved) {
        var from = reset.names().contains(saved.name())
                ? models.inBase(saved.name()).dtype()
                : models.tuned().tensor(saved.name()).dtype();
        return from != saved.dtype() && saved.dtype() != DType.F32;
    }

    /** Size of the weight files in bytes. */
    public long bytes() {
        return writer.bytes();
    }

    /**
     * Writes the folder completely or not at all.
     *
     * @throws org.halftune.problem.InputError if the target is not empty or not writable, or a value does not fit its type
     * @throws org.halftune.problem.DiskFailure if the disk is full
     */
    public void write(Path target) {
        writer.write(target, models.source(reset.names()));
    }

    private String json() {
        var root = StrictJson.object();
        root.put("base", models.base().name()).put("tuned", models.tuned().name());
        ResetJson.put(root, reset);
        var names = root.putArray("reset");
        reset.names().forEach(names::add);
        return StrictJson.print(root);
    }
}
