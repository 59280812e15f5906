package org.halftune.train.export;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightStream;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;
import org.halftune.tensor.StochasticRounding;
import org.halftune.tensor.TensorStream;
import org.halftune.train.arguments.TrainingArguments.SaveType;

/**
 * A float32 model folder, written in the dtypes of the model that it was trained from. A trained parameter is rounded to bfloat16 as
 * {@link SavedWeights} rounds it; the others have the base model's values, so that no rounding changes them.
 */
public final class ConvertedModel {
    private final PretrainedFolder model;
    private final Set<String> trained;
    private final boolean stochastic;
    private final long seed;
    private final ModelFolderWriter writer;

    /**
     * @param base gives the dtypes
     * @param model the float32 folder
     * @param trained names of the parameters that were trained
     * @param dtype of all tensors; empty: those of {@code base}
     * @param rounding of trained parameters to bfloat16; empty: stochastic
     */
    public ConvertedModel(
            PretrainedFolder base,
            PretrainedFolder model,
            Set<String> trained,
            Optional<SaveType> dtype,
            Optional<Rounding> rounding,
            long seed) {
        this.model = model;
        this.trained = Set.copyOf(trained);
        this.stochastic = rounding.orElse(Rounding.STOCHASTIC) == Rounding.STOCHASTIC;
        this.seed = seed;
        var like = new BaseModel.Pretrained(base).writer(dtype);
        var whole = ModelFolderWriter.like(model);
        writer = new ModelFolderWriter(
                model.configFile().withDType(like.config().config().dtype()),
                like.tensors(),
                whole.companions(),
                like.maxShardBytes());
    }

    /** One line about dtype and rounding. */
    public String description() {
        boolean rounds = writer.tensors().stream().anyMatch(tensor -> tensor.dtype() != DType.F32);
        var types = writer.tensors().stream()
                .map(tensor -> SavedWeights.word(tensor.dtype()))
                .distinct()
                .toList();
        return String.join(" and ", types)
                + (rounds ? ", rounded " + (stochastic ? "stochastically" : "to nearest") + " from float32" : "");
    }

    /** Writes the folder {@code target} completely or not at all. */
    public void write(Path target) {
        Map<String, Integer> numbers = new HashMap<>();
        for (var spec : ParameterSpec.all(model.config())) numbers.put(spec.name(), numbers.size());
        Map<String, DType> types = new HashMap<>();
        for (var tensor : writer.tensors()) types.put(tensor.name(), tensor.dtype());
        WeightStream weights = name -> {
            TensorStream exact = model.source().get(name);
            boolean drawn = stochastic && trained.contains(name) && types.get(name) == DType.BF16;
            return drawn
                    ? new DrawnTensor(name, exact, StochasticRounding.ofFile(seed, numbers.getOrDefault(name, -1)))
                    : exact;
        };
        writer.write(target, weights);
    }
}
