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
 * The weights as a run writes them. What it has learnt is mostly smaller than half a step of bfloat16, so a trained parameter
 * that is saved in fewer bits than it has is drawn by {@link StochasticRounding}, from the seed and its number in {@link
 * ParameterSpec#all}: the same file every time, however it is cut into shards. A frozen one has learnt nothing that could be
 * lost; if it has to be rounded at all it is rounded to nearest, as a device with bfloat16 weights holds it. float16 has steps
 * of an eighth of bfloat16's, and is always rounded to nearest.
 */
public final class SavedWeights implements WeightStream {
    private final ExactWeights exact;
    private final ModelFolderWriter model;
    private final Rounding rounding;
    private final boolean asked;
    private final long seed;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, DType> types;

    /** @param model writes in the type of {@code --save_dtype} */
    public SavedWeights(ExactWeights exact, ModelFolderWriter model, Saving saving, long seed) {
        this.exact = exact;
        this.model = model;
        this.seed = seed;
        rounding = saving.rounding().orElse(Rounding.STOCHASTIC);
        asked = saving.rounding().isPresent();
        for (var spec : ParameterSpec.all(exact.session().config())) numbers.put(spec.name(), numbers.size());
        types = model.tensors().stream().collect(Collectors.toMap(TensorInfo::name, TensorInfo::dtype));
    }

    /** @throws InputError if a rounding to bfloat16 is asked for, and nothing is saved as bfloat16 */
    public static void check(ModelFolderWriter model, Saving saving) {
        if (saving.rounding().isEmpty() || types(model).contains(DType.BF16)) return;
        throw new InputError(
                "--save_rounding is for weights saved as bfloat16, and these are saved as " + words(types(model)),
                "",
                "leave it out, or give --save_dtype bfloat16");
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

    /** Whether a trained parameter has more bits than its file. */
    private boolean loses(String name) {
        var type = types.get(name);
        return exact.session().trained(name)
                && type != DType.F32
                && !exact.types(name).contains(type);
    }

    /** What is written, for the run's first lines. */
    public String said() {
        var what = words(types(model));
        var lossy = types.keySet().stream().filter(this::loses).toList();
        if (lossy.isEmpty()) {
            return what + ", trained weights with all their bits"
                    + (asked ? ": --save_rounding has nothing to round" : "");
        }
        var from = words(List.of(exact.types(lossy.getFirst()).getFirst()));
        return what + ", " + how(lossy) + " from " + from + "; --save_dtype float32 keeps all bits";
    }

    private String how(List<String> lossy) {
        boolean bfloat16 = lossy.stream().map(types::get).anyMatch(DType.BF16::equals);
        if (!bfloat16) return "rounded to nearest";
        return rounding == Rounding.STOCHASTIC
                ? "rounded by chance"
                : "rounded to nearest, which can lose what was learnt,";
    }

    private static List<DType> types(ModelFolderWriter model) {
        return model.tensors().stream().map(TensorInfo::dtype).distinct().toList();
    }

    private static String words(List<DType> types) {
        return types.stream()
                .map(type -> switch (type) {
                    case F32 -> "float32";
                    case F16 -> "float16";
                    case BF16 -> "bfloat16";
                    case I32 -> throw new IllegalArgumentException("weights are not saved as " + type);
                })
                .collect(Collectors.joining(" and "));
    }
}
