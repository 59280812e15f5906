package org.halftune.data;

import org.halftune.console.Amounts;
import org.halftune.problem.InputError;

/**
 * The maximum row length ({@code max_length}), before the model is known.
 *
 * @param tokens at least 2: one token has no loss
 * @param given whether the user set it. A given length must fit the model; the default is lowered to the model's
 *     positions.
 */
public record MaxLength(int tokens, boolean given) {
    /** Means that rows are not truncated. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** {@code max_length: null}: nothing is cut, and a row longer than the model's positions is an error. */
    public static final MaxLength ALL = new MaxLength(UNLIMITED, false);

    /** The default of TRL. */
    public static final MaxLength DEFAULT = new MaxLength(1024, false);

    public MaxLength {
        if (tokens < 2) throw new InputError("--max_length " + tokens + " is too small", "", "set it to 2 or more");
    }

    /** The length to which rows are truncated; {@link #UNLIMITED} if they are not. */
    public int kept(ModelLimits limits) {
        return tokens == UNLIMITED ? UNLIMITED : within(limits);
    }

    public static MaxLength asked(int tokens) {
        return new MaxLength(tokens, true);
    }

    /**
     * The maximum length of a row for this model.
     *
     * @throws InputError if the given length exceeds the model's positions
     */
    public int within(ModelLimits limits) {
        if (given && tokens > limits.maxPositions()) {
            throw new InputError(
                    "--max_length " + tokens + " is more than the model's " + Amounts.exact(limits.maxPositions())
                            + " positions",
                    "",
                    "set it to at most " + limits.maxPositions());
        }
        return Math.min(tokens, limits.maxPositions());
    }
}
