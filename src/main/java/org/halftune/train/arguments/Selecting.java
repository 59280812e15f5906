package org.halftune.train.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.halftune.hft.ImportanceScores;
import org.halftune.hft.Ratios;
import org.halftune.hft.Strategy;
import org.halftune.problem.InputError;

/**
 * Which matrices are trained in this round.
 *
 * @param method {@code --method}: train half of the matrices, or all
 * @param strategy {@code --hft_strategy}: how the half is selected
 * @param ratios {@code --hft_ratio}: the fraction to train
 * @param seed {@code --hft_seed}: seed of the selection, together with the round; default: the run's {@code --seed}
 * @param round {@code --hft_round}, from 0
 * @param file {@code --selection}: a file that lists the parameters, instead of a strategy
 * @param patterns {@code --train}: patterns that name the parameters, instead of a strategy; empty: not given
 * @param importance the source data of {@link HftStrategy#IMPORTANCE}; empty for other strategies
 * @param rotateSteps {@code --hft_rotate_steps}: after so many optimizer steps the selection of the next round learns; empty: never
 */
public record Selecting(
        Method method,
        HftStrategy strategy,
        Ratios ratios,
        long seed,
        int round,
        boolean freezeEmbeddings,
        boolean freezeLmHead,
        boolean freezeFinalNorm,
        Optional<Path> file,
        List<String> patterns,
        Optional<Importance> importance,
        OptionalInt rotateSteps) {

    public Selecting {
        rotateSteps.ifPresent(steps -> Ranges.atLeast("hft_rotate_steps", 1, steps));
        patterns = List.copyOf(patterns);
        Ranges.atLeast("hft_round", 0, round);
        if (method == Method.FFT && (file.isPresent() || !patterns.isEmpty())) {
            var flag = file.isPresent() ? "--selection" : "--train";
            throw new InputError(
                    "--method fft trains every matrix, but " + flag + (file.isPresent() ? " lists" : " names")
                            + " some",
                    "",
                    "leave " + flag + " out, or use --method hft");
        }
        if (file.isPresent() && !patterns.isEmpty()) {
            throw new InputError("--selection and --train cannot be combined", "", "leave one of them out");
        }
        if (strategy != HftStrategy.IMPORTANCE) {
            Strategy.of(EnumNames.of(strategy), ratios); // checks that it takes these ratios
        } else if (importance.isEmpty()) {
            throw new InputError(
                    "--hft_strategy importance needs source data, and --importance_file is missing",
                    "",
                    "name a file with rows like those that the model learned from, such as --importance_file source.jsonl");
        }
    }

    /** Train half of the matrices (the paper's method) or all. */
    public enum Method {
        HFT,
        FFT
    }

    /**
     * How the learning half is chosen: drawn from every category of every layer, from whole layers, or from the whole model; the
     * upper layers; or what matters least to source data.
     */
    public enum HftStrategy {
        CATEGORY,
        LAYER,
        MODEL,
        UPPER,
        IMPORTANCE;

        /** Whether the selection depends on seed and round. */
        public boolean random() {
            return this != UPPER;
        }
    }

    /**
     * Source data, by which importance is measured.
     *
     * @param file {@code --importance_file}
     * @param samples {@code --importance_samples}: rows to sample
     * @param scores empty until the pass over the sample
     */
    public record Importance(Path file, int samples, Optional<ImportanceScores> scores) {
        public Importance {
            Ranges.atLeast("importance_samples", 1, samples);
        }
    }

    /** Whether a strategy selects: half fine-tuning without a file or patterns. */
    public boolean byStrategy() {
        return method == Method.HFT && file.isEmpty() && patterns.isEmpty();
    }

    /** The source data of a strategy that still needs a pass over it. */
    public Optional<Importance> unscored() {
        return importance.filter(of -> byStrategy()
                && strategy == HftStrategy.IMPORTANCE
                && of.scores().isEmpty());
    }

    /** The same with scores of the source data. */
    public Selecting with(ImportanceScores scores) {
        var scored = importance.map(of -> new Importance(of.file(), of.samples(), Optional.of(scores)));
        return with(method, ratios, round, freezeEmbeddings, freezeLmHead, scored);
    }

    public Selecting with(Method other) {
        return with(other, ratios, round, freezeEmbeddings, freezeLmHead, importance);
    }

    public Selecting with(Ratios other) {
        return with(method, other, round, freezeEmbeddings, freezeLmHead, importance);
    }

    public Selecting withRound(int other) {
        return with(method, ratios, other, freezeEmbeddings, freezeLmHead, importance);
    }

    public Selecting withFreeze(boolean embeddings, boolean lmHead) {
        return with(method, ratios, round, embeddings, lmHead, importance);
    }

    private Selecting with(
            Method method,
            Ratios ratios,
            int round,
            boolean freezeEmbeddings,
            boolean freezeLmHead,
            Optional<Importance> importance) {
        return new Selecting(
                method,
                strategy,
                ratios,
                seed,
                round,
                freezeEmbeddings,
                freezeLmHead,
                freezeFinalNorm,
                file,
                patterns,
                importance,
                rotateSteps);
    }
}
