package org.halftune.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.benchmarks.TrainingStep.Work;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;
import org.halftune.optim.AdamWConfig.Precision;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.train.memory.MemoryCheck;

/**
 * One combination of JMH's parameters: which training step is measured, and where.
 *
 * @param ladder recomputation to choose from; empty: as {@code halftune train} does on the device
 */
record StepCase(
        String device,
        int threads,
        Preset preset,
        int tokens,
        int length,
        Learning learning,
        AdamWConfig adamW,
        List<Recomputation> ladder) {

    /** The preset's tokens and length; recomputation as little as fits. */
    static final String AUTO = "auto";

    /**
     * From a word for every parameter of {@link TrainingStepBenchmark}.
     *
     * @throws InputError if one is not known
     */
    static StepCase of(Map<String, String> words) {
        var preset = preset(word(words, "preset"), "-p preset");
        var state = precision(word(words, "moments"), word(words, "masters"));
        var adamW = TrainingStep.ADAM_W;
        return new StepCase(
                word(words, "device"),
                integer(words, "threads"),
                preset,
                integer(words, "tokens", preset.tokens()),
                integer(words, "length", preset.length()),
                Learning.of(
                        word(words, "method"), word(words, "strategy"), word(words, "ratio"), word(words, "frozen")),
                new AdamWConfig(
                        adamW.beta1(), adamW.beta2(), adamW.epsilon(), adamW.weightDecay(), adamW.maxGradNorm(), state),
                ladder(word(words, "recompute")));
    }

    /** What AdamW keeps for each element that learns. */
    private static Precision precision(String moments, String masters) {
        boolean none = one("masters", masters, List.of("float32", "none")).equals("none");
        var dtype = one("moments", moments, List.of("float32", "bfloat16")).equals("float32") ? DType.F32 : DType.BF16;
        return new Precision(dtype, !none, Optional.empty(), 0);
    }

    private static List<Recomputation> ladder(String word) {
        if (word.equals(AUTO)) return List.of();
        return List.of(Recomputation.valueOf(
                one("recompute", word, List.of("none", "cheap", "block")).toUpperCase(Locale.ROOT)));
    }

    static Preset preset(String name, String where) {
        try {
            return Preset.named(name);
        } catch (IllegalArgumentException e) {
            throw new InputError("there is no preset " + name, where, "choose of " + Arrays.toString(Preset.values()));
        }
    }

    private static String word(Map<String, String> words, String name) {
        return Objects.requireNonNull(words.get(name), name);
    }

    private static String one(String name, String word, List<String> known) {
        if (known.contains(word)) return word;
        throw new InputError(
                name + " cannot be " + word,
                "-p " + name,
                "choose " + (name.equals("recompute") ? "auto, " : "") + String.join(" or ", known));
    }

    private static int integer(Map<String, String> words, String name) {
        return integer(word(words, name), "-p " + name);
    }

    private static int integer(Map<String, String> words, String name, int auto) {
        return word(words, name).equals(AUTO) ? auto : integer(words, name);
    }

    /** From 1. */
    static int integer(String word, String where) {
        try {
            int value = Integer.parseInt(word);
            if (value > 0) return value;
        } catch (NumberFormatException e) {
            // the same error for both
        }
        throw new InputError(word + " is not a whole number above 0", where, "give one, for example 2");
    }

    static double number(String word, String name) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw new InputError(word + " is not a number", "-p " + name, "give a number, for example 0.5");
        }
    }

    Set<String> trainable() {
        return learning.trainable(preset.config());
    }

    /**
     * How the step is cut into batches there.
     *
     * @throws InputError if it does not fit, or the device cannot do it in this precision
     */
    Work work(Backend backend) {
        return new FittingWork(preset.config(), trainable(), adamW, length)
                .on(backend, tokens, ladder.isEmpty() ? MemoryCheck.ladder(backend) : ladder)
                .orElseThrow(() -> new InputError(
                        String.format(
                                Locale.ROOT,
                                "does not fit into the %.1f GB that are free, even %d tokens at a time",
                                1e-9 * backend.availableBytes(),
                                length),
                        device + " " + preset,
                        "free memory, or keep less: bfloat16 moments, no masters, shorter rows"));
    }

    /** A model with random weights on the device, ready to take this step. */
    TrainingStep open(Backend backend, Work work) {
        return new TrainingStep(backend, preset.config(), trainable(), adamW, work);
    }
}
