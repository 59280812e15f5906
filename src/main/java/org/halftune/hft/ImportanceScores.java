package org.halftune.hft;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;

/**
 * How much each parameter of the layers matters to a sample of source data.
 *
 * @param source the file with the source data and how its rows were sampled
 * @param score the name of the score's formula, {@code taylor}
 * @param values the score of each parameter in the layers, at least 0, by name
 */
public record ImportanceScores(Source source, String score, Map<String, Double> values) {

    public ImportanceScores {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Where the scores come from. Equal sources of an equal model give equal scores.
     *
     * @param file the name of the file, without its folder
     * @param digest of the sampled rows
     * @param samples rows in the sample
     * @param seed of the sample, together with the round
     */
    public record Source(String file, String digest, int samples, long seed, int round) {}

    /** Equal scores for a plan, which does not read the file. */
    public static ImportanceScores equal(LlamaConfig config, String file) {
        var values = new LinkedHashMap<String, Double>();
        for (var spec : ParameterSpec.all(config)) if (spec.role().inLayer()) values.put(spec.name(), 0.0);
        return new ImportanceScores(new Source(file, "", 0, 0, 0), "", values);
    }

    /** The seed of the sample of a round. */
    public static long sampleSeed(long seed, int round) {
        return DrawStream.of(seed, round, Draw.IMPORTANCE_SAMPLE).next();
    }
}
