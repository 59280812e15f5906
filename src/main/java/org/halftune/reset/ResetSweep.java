package org.halftune.reset;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.files.StrictJson;
import org.halftune.hft.HalfReset;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.pretrained.ContentDigest;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.reset.ModelScorer.Scores;
import tools.jackson.databind.node.ObjectNode;

/**
 * Scores a base, a tuned model, and half-resets of the two. No model is written: each is loaded from the files of both, so the device
 * holds the weights of one model at a time, and host memory none.
 *
 * <p>All are scored with the configuration and the tokenizer of the tuned model; the base is the reset of every parameter.
 */
public final class ResetSweep {
    private final Backend backend;
    private final ModelPair models;
    private final ModelScorer scorer;
    private final Path output;

    /** @param output the folder of {@code reset.json} */
    public ResetSweep(Backend backend, ModelPair models, ModelScorer scorer, Path output) {
        this.backend = backend;
        this.models = models;
        this.scorer = scorer;
        this.output = output;
    }

    /**
     * A scored model.
     *
     * @param name {@code base}, {@code tuned} or {@code reset}
     * @param reset what was reset; empty for the first two
     */
    public record Scored(String name, Optional<HalfReset> reset, List<Scores> scores) {

        /** The ratio of what was drawn, as text. */
        public Optional<String> ratio() {
            return reset.flatMap(ResetJson::ratio);
        }
    }

    /** @param names of the reset parameters */
    private record Candidate(String name, Set<String> names, Optional<HalfReset> reset) {

        String digest() {
            var text = String.join("\n", names) + "\n";
            return ContentDigest.of(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
        }

        ObjectNode description() {
            var json = StrictJson.object().put("model", name);
            reset.ifPresent(chosen -> ResetJson.put(json, chosen));
            return json;
        }
    }

    /**
     * Scores every model that {@code reset.json} does not have yet.
     *
     * @param begins receives what is scored next
     * @param stop asked before each model
     * @return empty if stopped: the same sweep goes on from {@code reset.json}
     * @throws org.halftune.problem.InputError if the two models have different shapes, or the folder has another sweep
     */
    public Optional<List<Scored>> run(List<HalfReset> resets, Consumer<String> begins, BooleanSupplier stop) {
        var all = new LinkedHashSet<String>();
        for (var spec : ParameterSpec.all(models.config())) all.add(spec.name());
        models.requireFit(all);
        var settings = new LinkedHashMap<String, String>();
        settings.put("base", ContentDigest.of(models.base()));
        settings.put("tuned model", ContentDigest.of(models.tuned()));
        settings.put(SweepFile.QUESTIONS, scorer.fingerprint());
        settings.put("computing type", backend.storage().name());
        var file = SweepFile.open(output, settings, scorer.flags());

        var candidates = new ArrayList<Candidate>();
        candidates.add(new Candidate("base", all, Optional.empty()));
        candidates.add(new Candidate("tuned", Set.of(), Optional.empty()));
        for (var reset : resets) candidates.add(new Candidate("reset", reset.names(), Optional.of(reset)));

        var scored = new ArrayList<Scored>();
        for (var candidate : candidates) {
            String digest = candidate.digest();
            if (!file.has(digest)) {
                if (stop.getAsBoolean()) return Optional.empty();
                begins.accept(title(candidate.name(), candidate.reset()));
                file.add(digest, candidate.description(), score(candidate.names()));
            }
            scored.add(new Scored(candidate.name(), candidate.reset(), file.scores(digest)));
        }
        return Optional.of(scored);
    }

    private List<Scores> score(Set<String> names) {
        PretrainedFolder tuned = models.tuned();
        try (var weights = Weights.load(backend, tuned.config(), Set.of(), models.source(names));
                var parameters = Parameters.forInference(backend, weights)) {
            return scorer.score(parameters);
        }
    }

    /** {@code reset 0.5}, {@code reset 0.5, inverse}. */
    static String title(String name, Optional<HalfReset> reset) {
        return reset.map(chosen -> name
                        + ResetJson.ratio(chosen).map(ratio -> " " + ratio).orElse("")
                        + (chosen.inverse() ? ", inverse" : ""))
                .orElse(name);
    }
}
