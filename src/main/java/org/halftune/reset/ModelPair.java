package org.halftune.reset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightSource;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.HostTensor;

/**
 * A base model and a model that was tuned from it, both open and memory-mapped: a weight is read when it is used, so neither is in
 * memory as a whole.
 */
public final class ModelPair implements AutoCloseable {
    private static final String EMBEDDING = ParameterRole.EMBEDDING.parameterName(-1);
    private static final String HEAD = ParameterRole.HEAD.parameterName(-1);

    private final PretrainedFolder base;
    private final PretrainedFolder tuned;

    private ModelPair(PretrainedFolder base, PretrainedFolder tuned) {
        this.base = base;
        this.tuned = tuned;
    }

    /**
     * Opens both folders.
     *
     * @throws InputError if a folder cannot be read, both are the same, or they differ in layers or heads
     */
    public static ModelPair open(Path base, Path tuned) {
        var before = PretrainedFolder.open(base);
        try {
            var after = PretrainedFolder.open(tuned);
            try {
                var pair = new ModelPair(before, after);
                pair.requireSameArchitecture();
                return pair;
            } catch (RuntimeException | Error e) {
                after.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            before.close();
            throw e;
        }
    }

    public PretrainedFolder base() {
        return base;
    }

    public PretrainedFolder tuned() {
        return tuned;
    }

    /** The architecture of the result: that of the tuned model. */
    public LlamaConfig config() {
        return tuned.config();
    }

    /** Notices about both folders, and about settings in which they differ. */
    public List<String> notices() {
        var notices = new ArrayList<String>();
        base.notices().forEach(text -> notices.add(base.path() + ": " + text));
        tuned.notices().forEach(text -> notices.add(tuned.path() + ": " + text));
        var a = base.config();
        var b = tuned.config();
        addDifference(notices, "the rotary embedding (rope_theta, rope_scaling)", a.rope(), b.rope());
        addDifference(notices, "rms_norm_eps", a.normEpsilon(), b.normEpsilon());
        return notices;
    }

    private static void addDifference(List<String> notices, String what, Object base, Object tuned) {
        if (base.equals(tuned)) return;
        notices.add(what + " differs: " + base + " of the base, " + tuned
                + " of the tuned model; the result has the latter");
    }

    private void requireSameArchitecture() {
        if (base.path()
                .toAbsolutePath()
                .normalize()
                .equals(tuned.path().toAbsolutePath().normalize())) {
            throw new InputError(
                    "--base and --tuned are the same folder", tuned.path().toString(), "name two different models");
        }
        var a = base.config();
        var b = tuned.config();
        requireSame("num_hidden_layers", a.layers(), b.layers());
        requireSame("num_attention_heads", a.attentionHeads(), b.attentionHeads());
        requireSame("num_key_value_heads", a.keyValueHeads(), b.keyValueHeads());
        requireSame("head_dim", a.headSize(), b.headSize());
    }

    private void requireSame(String field, int before, int after) {
        if (before != after)
            throw different(field + " is " + before + " in the base and " + after + " in the tuned model");
    }

    /**
     * Checks that these parameters of the tuned model can have the base's values.
     *
     * @throws InputError that names the first whose shapes differ, or that has no counterpart
     */
    public void requireFit(Set<String> names) {
        for (var spec : ParameterSpec.all(config())) {
            if (!names.contains(spec.name())) continue;
            if (spec.name().equals(EMBEDDING)
                    && config().tiedHead()
                    && !base.config().tiedHead()) {
                throw new InputError(
                        "the tuned model's head is tied to " + EMBEDDING + ", but the base has a separate " + HEAD
                                + ": with the base's embeddings the head would be neither model's",
                        folders(),
                        "keep the tuned embeddings: leave --freeze_embeddings out, and do not select them");
            }
            var before = inBase(spec.name());
            if (before.shape().equals(spec.shape())) continue;
            throw different(spec.name() + " has shape " + before.shape() + " in the base and " + spec.shape()
                    + " in the tuned model");
        }
    }

    private InputError different(String what) {
        return new InputError(
                what, folders(), "name the model that the tuned one was trained from; both must have the same shape");
    }

    private String folders() {
        return base.path() + " and " + tuned.path();
    }

    /** The base's tensor of a parameter of the tuned model; a tied head's is the embedding matrix. */
    TensorInfo inBase(String name) {
        return base.tensor(nameInBase(name));
    }

    private String nameInBase(String name) {
        return name.equals(HEAD) && base.config().tiedHead() ? EMBEDDING : name;
    }

    /** The weights of the result: those in {@code reset} from the base, all others from the tuned model, each in its stored type. */
    public WeightSource source(Set<String> reset) {
        return name -> reset.contains(name) ? ofBase(name) : tuned.source().get(name);
    }

    private HostTensor ofBase(String name) {
        return base.source().get(nameInBase(name));
    }

    @Override
    public void close() {
        tuned.close();
        base.close();
    }
}
