package org.halftune.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.halftune.backend.MemoryCategory;
import org.halftune.model.Recomputation;

/**
 * What JMH found of one combination of parameters.
 *
 * @param words the parameters
 * @param forks mean ms of a step in each fork, in the order in which they ran
 * @param secondary scores of {@link StepProfiler}, by name
 * @param device its description
 */
record MeasuredStep(Map<String, String> words, List<Double> forks, Map<String, Double> secondary, String device) {

    String word(String parameter) {
        return Objects.requireNonNull(words.get(parameter), parameter);
    }

    boolean isFull() {
        return word("method").equalsIgnoreCase("FFT");
    }

    /** FFT, or HFT with what is not its default: {@code HFT layer 0.25, embeddings frozen}. */
    String method() {
        if (isFull()) return "FFT";
        var name = new StringBuilder("HFT");
        if (!word("strategy").equals("category")) name.append(' ').append(word("strategy"));
        if (!word("ratio").equals("0.5")) name.append(' ').append(word("ratio"));
        if (!word("frozen").equals("none"))
            name.append(", ").append(word("frozen")).append(" frozen");
        return name.toString();
    }

    /** AdamW's state: fp32 moments and masters, or what is not kept so. */
    String state() {
        boolean moments = word("moments").equals("float32");
        boolean masters = word("masters").equals("float32");
        if (moments && masters) return "float32";
        return (moments ? "" : "bfloat16 moments") + (moments || masters ? "" : ", ") + (masters ? "" : "no masters");
    }

    Estimate milliseconds() {
        return Estimate.of(forks);
    }

    long tokens() {
        return Math.round(score(StepProfiler.TOKENS));
    }

    double tokensPerSecond() {
        return 1e3 * tokens() / milliseconds().mean();
    }

    String recomputed() {
        return Recomputation.values()[(int) score(StepProfiler.RECOMPUTED)]
                .name()
                .toLowerCase(Locale.ROOT);
    }

    boolean isEmulated() {
        return score(StepProfiler.EMULATED) == 1;
    }

    double peakBytes() {
        return score(StepProfiler.PEAK);
    }

    /** Bytes at the moment of the peak. */
    double bytes(MemoryCategory category) {
        return score(StepProfiler.MEMORY + category.name().toLowerCase(Locale.ROOT));
    }

    private double score(String name) {
        return secondary.getOrDefault(name, Double.NaN);
    }
}
