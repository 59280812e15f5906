package org.halftune.hft;

import java.util.List;

/** How a selection was made. */
public sealed interface SelectionOrigin {

    /** Full fine-tuning: all parameters. */
    record Everything() implements SelectionOrigin {}

    /** Drawn at random. The same values and the same {@link Freeze} give the same selection. */
    record Drawn(Strategy strategy, long seed, int round) implements SelectionOrigin {}

    /** Follows from the strategy alone: {@link Strategy.Upper}. */
    record Fixed(Strategy strategy) implements SelectionOrigin {}

    /** What matters least to a sample of source data; the scores are kept so that they are not computed again. */
    record LeastImportant(Ratios ratios, ImportanceScores scores) implements SelectionOrigin {}

    /** Named by the patterns of {@code --train}; see {@link SelectionPattern}. */
    record Matched(List<String> patterns) implements SelectionOrigin {
        public Matched {
            patterns = List.copyOf(patterns);
        }
    }

    /** Listed in a file. */
    record Listed() implements SelectionOrigin {}
}
