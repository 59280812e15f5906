package org.halftune.train.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.stream.Collectors;
import org.halftune.model.WeightSource;
import org.halftune.optim.AdamW;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.safetensors.SafetensorsWriter;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;
import org.halftune.tensor.TensorStream;
import org.halftune.train.export.ExactWeights;

/**
 * {@code optimizer.safetensors} of a checkpoint. Contains AdamW's moments of the trainable parameters ({@code exp_avg.NAME}, {@code
 * exp_avg_sq.NAME}), and the exact weight ({@code master.NAME}) of each parameter that is rounded in {@code model.safetensors}, such as
 * a trainable one saved in BF16. The device's bf16 weights are not saved: they are rounded again from the masters (see {@link
 * AdamW#restore}).
 */
public final class OptimizerFile {
    public static final String NAME = "optimizer.safetensors";
    private static final String MASTER = "master.";

    private OptimizerFile() {}

    /** Writes the file. */
    public static void write(Path checkpoint, ExactWeights weights, ModelFolderWriter model) {
        var infos = new ArrayList<TensorInfo>();
        var contents = new LinkedHashMap<String, TensorStream>();
        for (var moment : weights.session().moments()) {
            var values = moment.values();
            infos.add(new TensorInfo(moment.name(), values.dtype(), values.shape()));
            contents.put(moment.name(), values);
        }
        for (var saved : model.tensors()) {
            if (saved.dtype() == DType.F32) continue;
            if (weights.types(saved.name()).contains(saved.dtype())) continue;
            String name = MASTER + saved.name();
            infos.add(new TensorInfo(name, DType.F32, saved.shape()));
            contents.put(name, weights.get(saved.name()));
        }
        SafetensorsWriter.write(checkpoint.resolve(NAME), infos, name -> Objects.requireNonNull(contents.get(name)));
    }

    /** The exact weights of a checkpoint: masters where saved, otherwise the model's weights. */
    static WeightSource weights(SafetensorsFile optimizer, WeightSource model) {
        var names = optimizer.tensors().stream().map(TensorInfo::name).collect(Collectors.toSet());
        return name -> names.contains(MASTER + name) ? optimizer.get(MASTER + name) : model.get(name);
    }
}
