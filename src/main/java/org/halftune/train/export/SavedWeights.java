package org.halftune.train.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightStream;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.problem.InputError;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;
import org.halftune.tensor.StochasticRounding;
import org.halftune.tensor.TensorStream;
import org.halftune.train.arguments.TrainingArguments.Saving;

/**
 * The weights as a run saves them. Most updates are smaller than half the spacing of bfloat16 and would be lost by rounding to
 * nearest. So a trained parameter is rounded to bfloat16 by {@link StochasticRounding}, which depends on the seed and the parameter's
 * index in {@link ParameterSpec#all}: the file is reproducible and does not depend on the shards. A frozen parameter is rounded to
 * nearest, if at all, like the bfloat16 weights of a device. float16 is eight times finer and always rounded to nearest.
 */
public final class SavedWeights implements WeightStream {
    private final ExactWeights exact;
    private final ModelFolderWriter model;
    private final Rounding rounding;
    private final boolean asked;
    private final long seed;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, DType> types;

    /** @param model the writer, with the dtype of {@code --save_dtype} */
    public SavedWeights(ExactWeights exact, ModelFolderWriter model, Saving saving, long seed) {
        this.exact = exact;
        this.model = model;
        this.seed = seed;
        rounding = saving.rounding().orElse(Rounding.STOCHASTIC);
        asked = saving.rounding().isPresent();
        for (var spec : ParameterSpec.all(exact.session().config())) numbers.put(spec.name(), numbers.size());
        types = model.tensors().stream().collect(Collectors.toMap(TensorInfo::name, TensorInfo::dtype));
    }

    /** @throws InputError if {@code --save_rounding} is given but no weight is saved as bfloat16 */
    public static void check(ModelFolderWriter model, Saving saving) {
        if (saving.rounding().isEmpty() || types(model).contains(DType.BF16)) return;
        throw new InputError(
                "--save_rounding only applies to weights saved as bfloat16, but these are saved as "
                        + words(types(model)),
                "",
                "leave it out, or use --save_dtype bfloat16");
    }

    public ModelFolderWriter model() {
        return model;
    }

    public ExactWeights exact() {
        return exact;
    }

    @Override
    public TensorStream get(String name) {
        var tensor = exact.get(name);
        boolean drawn = rounding == Rounding.STOCHASTIC && types.get(name) == DType.BF16 && loses(name);
        int number = numbers.getOrDefault(name, -1);
        return drawn ? new DrawnTensor(name, tensor, StochasticRounding.ofFile(seed, number)) : tensor;
    }

    /** Whether saving a trained parameter loses bits. */
    private boolean loses(String name) {
        var type = types.get(name);
        return exact.session().trained(name)
                && type != DType.F32
                && !exact.types(name).contains(type);
    }

    /** Describes dtype and rounding, for the run's first lines. */
    public String description() {
        var what = words(types(model));
        var lossy = types.keySet().stream().filter(this::loses).toList();
        if (lossy.isEmpty()) {
            return what + ", trained weights without loss" + (asked ? "; --save_rounding has no effect" : "");
        }
        var from = words(List.of(exact.types(lossy.getFirst()).getFirst()));
        return what + ", " + how(lossy) + " from " + from + "; --save_dtype float32 saves all bits";
    }

    private String how(List<String> lossy) {
        boolean bfloat16 = lossy.stream().map(types::get).anyMatch(DType.BF16::equals);
        if (!bfloat16) return "rounded to nearest";
        return rounding == Rounding.STOCHASTIC
                ? "rounded stochastically"
                : "rounded to nearest (which can lose small updates)";
    }

    private static List<DType> types(ModelFolderWriter model) {
        return model.tensors().stream().map(TensorInfo::dtype).distinct().toList();
    }

    private static String words(List<DType> types) {
        return types.stream().map(SavedWeights::word).collect(Collectors.joining(" and "));
    }

    static String word(DType type) {
        return switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            case I32 -> throw new IllegalArgumentException("weights are not saved as " + type);
        };
    }
}
