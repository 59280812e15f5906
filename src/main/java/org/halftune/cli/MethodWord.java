package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.halftune.hft.Ratios;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A method of {@code compare --method}: {@code fft}, {@code hft}, {@code hft:upper}, {@code hft:category:0.25}; the strategy alone
 * means the same, {@code upper}.
 *
 * @param strategy empty: that of {@code --hft_strategy}
 * @param ratio empty: that of {@code --hft_ratio}
 */
record MethodWord(String name, Method method, Optional<HftStrategy> strategy, Optional<Ratio> ratio) {
    /** @param byCategory whether it names categories, even if with one number for all */
    record Ratio(Ratios ratios, boolean byCategory) {}

    static final MethodWord FFT = new MethodWord("FFT", Method.FFT, Optional.empty(), Optional.empty());
    private static final MethodWord HFT = new MethodWord("HFT", Method.HFT, Optional.empty(), Optional.empty());

    /**
     * The methods, in the order given. One alone is compared with FFT, and FFT alone with HFT, so that a recipe of {@code train} with
     * its {@code method} stays usable.
     *
     * @param words values of {@code --method}, also separated by commas; empty: FFT and HFT
     * @throws InputError if a word is no method, or occurs twice
     */
    static List<MethodWord> parse(List<String> words) {
        var methods = new ArrayList<MethodWord>();
        for (String word : words) {
            for (String part : word.split(",", -1)) methods.add(of(part.strip()));
        }
        if (methods.isEmpty()) return List.of(FFT, HFT);
        if (new LinkedHashSet<>(methods).size() < methods.size()) {
            throw Flag.refused("method", String.join(" ", words), "give each method only once");
        }
        if (methods.size() > 1) return List.copyOf(methods);
        return methods.getFirst().equals(FFT) ? List.of(FFT, HFT) : List.of(FFT, methods.getFirst());
    }

    private static MethodWord of(String word) {
        var parts = List.of(word.toLowerCase(Locale.ROOT).split(":", -1));
        boolean named = EnumNames.parse(Method.class, parts.getFirst()).isPresent();
        var rest = named ? parts.subList(1, parts.size()) : parts;
        if (parts.getFirst().equals("fft") && rest.isEmpty()) return FFT;
        if (parts.getFirst().equals("fft") || rest.size() > 2) throw unknown(word);
        if (rest.isEmpty()) return HFT;
        var strategy = EnumNames.parse(HftStrategy.class, rest.getFirst()).orElseThrow(() -> unknown(word));
        var ratio = rest.size() == 1 ? Optional.<Ratio>empty() : Optional.of(ratio(word, rest.getLast()));
        String name = "HFT " + String.join(" ", rest);
        return new MethodWord(name, Method.HFT, Optional.of(strategy), ratio);
    }

    private static Ratio ratio(String word, String text) {
        try {
            return new Ratio(Ratios.parse(text), Ratios.namesCategories(text));
        } catch (InputError e) {
            throw Flag.refused("method", word, "the ratio: " + e.fix());
        }
    }

    private static InputError unknown(String word) {
        var known = Stream.concat(
                        Stream.of("fft", "hft"),
                        Stream.of(HftStrategy.values())
                                .flatMap(
                                        strategy -> Stream.of(EnumNames.of(strategy), "hft:" + EnumNames.of(strategy))))
                .filter(name -> !word.startsWith("hft:") || name.startsWith("hft:"))
                .toList();
        return Flag.refused(
                "method",
                word,
                Spelling.didYouMean(
                        word,
                        known,
                        "choose from fft, hft, and hft:STRATEGY or hft:STRATEGY:RATIO, with the strategies "
                                + EnumNames.all(HftStrategy.class)));
    }

    /** The selection's flags as given, before a method changes them. */
    record Given(
            @Nullable HftStrategy strategy,
            @Nullable Ratios ratio,
            boolean ratioByCategory,
            @Nullable Long seed,
            @Nullable Integer round,
            boolean freezeEmbeddings,
            boolean freezeLmHead,
            boolean freezeFinalNorm,
            @Nullable Path importanceFile,
            @Nullable Integer importanceSamples,
            List<String> train,
            @Nullable Path selection) {
        private static final Given NOTHING =
                new Given(null, null, false, null, null, false, false, false, null, null, List.of(), null);

        static Given of(TrainingArgumentsBuilder form) {
            return new Given(
                    form.hftStrategy,
                    form.hftRatio,
                    form.hftRatioByCategory,
                    form.hftSeed,
                    form.hftRound,
                    form.freezeEmbeddings,
                    form.freezeLmHead,
                    form.freezeFinalNorm,
                    form.importanceFile,
                    form.importanceSamples,
                    form.train,
                    form.selection);
        }

        private void writeTo(TrainingArgumentsBuilder form) {
            form.hftStrategy = strategy;
            form.hftRatio = ratio;
            form.hftRatioByCategory = ratioByCategory;
            form.hftSeed = seed;
            form.hftRound = round;
            form.freezeEmbeddings = freezeEmbeddings;
            form.freezeLmHead = freezeLmHead;
            form.freezeFinalNorm = freezeFinalNorm;
            form.importanceFile = importanceFile;
            form.importanceSamples = importanceSamples;
            form.train = train;
            form.selection = selection;
        }
    }

    /** Writes the method to a form: with FFT no flag of HFT, and with a named strategy only the flags that it has. */
    void writeTo(TrainingArgumentsBuilder form, Given given) {
        form.method = method;
        (method == Method.FFT ? Given.NOTHING : given).writeTo(form);
        ratio.ifPresent(chosen -> {
            form.hftRatio = chosen.ratios();
            form.hftRatioByCategory = chosen.byCategory();
        });
        if (strategy.isEmpty()) return;
        form.hftStrategy = strategy.get();
        if (strategy.get() != HftStrategy.IMPORTANCE) {
            form.importanceFile = null;
            form.importanceSamples = null;
        }
        if (strategy.get() == HftStrategy.UPPER) {
            form.hftSeed = null;
            form.hftRound = null;
            form.freezeEmbeddings = false;
        }
    }
}
