package org.halftune.data;

import org.halftune.problem.InputError;

/**
 * The length to which rows are cut ({@code max_length}), before the model is known.
 *
 * @param tokens at least 2: one token predicts nothing
 * @param given whether the user asked for it. What was asked for must fit the model; a default gives way to it.
 */
public record MaxLength(int tokens, boolean given) {
    /** Tokens of a row that keeps all. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** {@code max_length: null}: all is kept, and a row that is longer than the model has positions is an error. */
    public static final MaxLength ALL = new MaxLength(UNLIMITED, false);

    /** TRL's. */
    public static final MaxLength DEFAULT = new MaxLength(1024, false);

    public MaxLength {
        if (tokens < 2) throw new InputError("--max_length " + tokens + " is not possible", "", "give at least 2");
    }

    /** To how many tokens rows are cut; {@link #UNLIMITED} if they are not. */
    public int kept(ModelLimits limits) {
        return tokens == UNLIMITED ? UNLIMITED : within(limits);
    }

    public static MaxLength asked(int tokens) {
        return new MaxLength(tokens, true);
    }

    /**
     * The most tokens that a row can have in a model of these limits.
     *
     * @throws InputError if the user asked for more than the model has positions
     */
    public int within(ModelLimits limits) {
        if (given && tokens > limits.maxPositions()) {
            throw new InputError(
                    "--max_length " + tokens + " is more than the model's " + limits.maxPositions() + " positions",
                    "",
                    "give at most " + limits.maxPositions());
        }
        return Math.min(tokens, limits.maxPositions());
    }
}
