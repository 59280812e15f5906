package org.halftune.hft;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterSpec;

/**
 * The trainable parameters of a round. All others are frozen and keep their exact bits. Full fine-tuning selects all
 * parameters.
 *
 * @param trainable names of the trainable parameters, not empty, in the order of {@code specs}
 * @param specs all parameters of the model, as in {@link ParameterSpec#all}
 */
public record Selection(SelectionOrigin origin, Set<String> trainable, List<ParameterSpec> specs) {

    /**
     * Throws {@link IllegalArgumentException} if {@code trainable} is empty or has a name that is not in {@code specs}.
     */
    public Selection {
        specs = List.copyOf(specs);
        var ordered = new LinkedHashSet<String>();
        for (var spec : specs) if (trainable.contains(spec.name())) ordered.add(spec.name());
        if (ordered.size() < trainable.size()) {
            var unknown = new HashSet<>(trainable);
            unknown.removeAll(ordered);
            throw new IllegalArgumentException("not in the model: " + unknown);
        }
        if (ordered.isEmpty()) throw new IllegalArgumentException("no parameter is trainable");
        trainable = Collections.unmodifiableSet(ordered);
    }

    /** Full fine-tuning: all parameters. */
    public static Selection full(LlamaConfig config) {
        var specs = ParameterSpec.all(config);
        return new Selection(new SelectionOrigin.Everything(), names(specs), specs);
    }

    /**
     * Half fine-tuning: chooses the trainable parameters of a round.
     *
     * <p>The same arguments give the same selection on every machine and in every version. Rounds are independent
     * draws; {@link Strategy.Upper} draws nothing.
     *
     * @param round from 0: a training stage, or a task of a sequence
     * @throws org.halftune.problem.InputError if only the head is frozen but it is tied to the embeddings, or the round
     *     is negative
     */
    public static Selection draw(LlamaConfig config, Strategy strategy, Freeze freeze, long seed, int round) {
        var specs = ParameterSpec.all(config);
        var frozen = strategy.random() ? freeze : freeze.withEmbeddings();
        var chosen = new Draw(specs, frozen, seed, round).draw(strategy);
        var origin = strategy.random()
                ? new SelectionOrigin.Drawn(strategy, seed, round)
                : new SelectionOrigin.Fixed(strategy);
        return new Selection(origin, names(chosen), specs);
    }

    /**
     * Half fine-tuning of what matters least to a sample of source data; see {@link LeastImportant}. Parameters outside the
     * layers are trainable unless {@code freeze} excludes them.
     *
     * @param scores of every parameter in the layers
     */
    public static Selection leastImportant(LlamaConfig config, Ratios ratios, Freeze freeze, ImportanceScores scores) {
        var specs = ParameterSpec.all(config);
        var source = scores.source();
        var chosen = LeastImportant.of(specs, ratios, scores);
        chosen.addAll(new Draw(specs, freeze, source.seed(), source.round()).outside());
        return new Selection(new SelectionOrigin.LeastImportant(ratios, scores), names(chosen), specs);
    }

    /**
     * The parameters whose names match a pattern; see {@link SelectionPattern}.
     *
     * @param flag where the patterns come from, for error messages
     * @throws org.halftune.problem.InputError if a pattern is not a regular expression or matches nothing
     */
    public static Selection matching(LlamaConfig config, List<String> patterns, String flag) {
        var specs = ParameterSpec.all(config);
        var parsed =
                patterns.stream().map(text -> SelectionPattern.of(text, flag)).toList();
        return new Selection(new SelectionOrigin.Matched(patterns), SelectionPattern.names(parsed, specs), specs);
    }

    public boolean trains(String name) {
        return trainable.contains(name);
    }

    /** {@code fft} for full fine-tuning, else {@code hft}. */
    public String method() {
        return switch (origin) {
            case SelectionOrigin.Everything _ -> "fft";
            default -> "hft";
        };
    }

    /** Whether the head is tied to the embeddings and so not listed. */
    public boolean tiedHead() {
        return specs.stream().noneMatch(spec -> spec.role().category() == ParameterCategory.HEAD);
    }

    /** Counts the trainable parameters of the model. */
    public ParameterCount count() {
        return count(specs);
    }

    /** Counts the trainable parameters of each category of the model, in the order of {@link ParameterCategory}. */
    public Map<ParameterCategory, ParameterCount> countByCategory() {
        var counts = new EnumMap<ParameterCategory, ParameterCount>(ParameterCategory.class);
        for (var category : ParameterCategory.values()) {
            var members = specs.stream()
                    .filter(spec -> spec.role().category() == category)
                    .toList();
            if (!members.isEmpty()) counts.put(category, count(members));
        }
        return Collections.unmodifiableMap(counts);
    }

    private ParameterCount count(Collection<ParameterSpec> members) {
        return ParameterCount.of(members, spec -> trains(spec.name()));
    }

    private static Set<String> names(Collection<ParameterSpec> specs) {
        var names = new LinkedHashSet<String>();
        for (var spec : specs) names.add(spec.name());
        return names;
    }
}
