package org.halftune.train.arguments;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.halftune.console.Amounts;
import org.halftune.problem.InputError;
import org.halftune.source.WeightedPath;
import org.halftune.train.arguments.TrainingArguments.MixStrategy;

/** The mixing weights of data sets, given with each name ({@code a.jsonl:0.3}) or together ({@code --interleave_probs}). */
final class MixtureWeights {
    private final List<String> names = new ArrayList<>();
    private final List<OptionalDouble> weights = new ArrayList<>();

    void add(String name, OptionalDouble weight) {
        names.add(name);
        weights.add(weight);
    }

    /**
     * One weight per data set; empty: none has one.
     *
     * @param strategy {@code --mix_strategy}
     * @param shares {@code --interleave_probs}; empty: not given
     * @throws InputError if some have a weight and others none, or the flags contradict each other
     */
    List<OptionalDouble> with(Optional<MixStrategy> strategy, List<Double> shares) {
        WeightedPath.checkAllOrNone(weights, names);
        boolean weighted = weights.stream().anyMatch(OptionalDouble::isPresent);
        if (weighted && !shares.isEmpty()) {
            throw new InputError(
                    "--interleave_probs and weights after the names cannot be combined", "", "leave one of them out");
        }
        if (strategy.equals(Optional.of(MixStrategy.CONCAT)) && (weighted || !shares.isEmpty())) {
            throw new InputError(
                    "--mix_strategy concat uses all rows, so weights cannot be given", "", "leave one of them out");
        }
        if (!shares.isEmpty()) return checked(shares);
        boolean equal = strategy.equals(Optional.of(MixStrategy.INTERLEAVE_UNDER)) && !weighted;
        return equal ? Collections.nCopies(names.size(), OptionalDouble.of(1)) : List.copyOf(weights);
    }

    private List<OptionalDouble> checked(List<Double> shares) {
        if (shares.size() != names.size()) {
            throw new InputError(
                    "--interleave_probs has " + Amounts.counted(shares.size(), "weight") + " for "
                            + Amounts.counted(names.size(), "data set"),
                    "",
                    "give one weight per data set");
        }
        shares.forEach(share -> Ranges.above("interleave_probs", 0, share));
        return shares.stream().map(OptionalDouble::of).toList();
    }
}
