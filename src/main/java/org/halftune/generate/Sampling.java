package org.halftune.generate;

import org.halftune.problem.InputError;

/** How the next token is chosen from the logits: the arguments of {@code Ops.sample}. */
public sealed interface Sampling {

    /** Divisor of the logits; 0 for greedy decoding. */
    double temperature();

    /** Keeps the most probable ids that together reach this probability; 1 keeps all. */
    double topP();

    /** Logits processors to apply first. */
    LogitRules rules();

    /**
     * The random number in [0, 1) for a draw.
     *
     * @param sequence index of the prompt in the run, not in the batch
     * @param position index of the new token
     */
    float uniform(int sequence, int position);

    /** Greedy decoding: the largest logit; the lowest id if several are equal, like PyTorch's argmax on the CPU. */
    record Greedy(LogitRules rules) implements Sampling {
        public Greedy() {
            this(LogitRules.NONE);
        }

        @Override
        public double temperature() {
            return 0;
        }

        @Override
        public double topP() {
            return 1;
        }

        @Override
        public float uniform(int sequence, int position) {
            return 0;
        }
    }

    /**
     * Nucleus sampling (Holtzman et al. 2020, arXiv 1904.09751): a draw from {@code softmax(logits / temperature)},
     * limited to the most probable ids that together reach {@code topP}. The draw depends only on (seed, sequence,
     * position) and the logits, so batch size and order do not change a text.
     *
     * @param temperature above 0
     * @param topP above 0, at most 1; 1 keeps all ids
     */
    record TopP(double temperature, double topP, LogitRules rules, long seed) implements Sampling {
        public TopP {
            checkTemperature(temperature);
            checkTopP(topP);
            if (temperature == 0) throw new IllegalArgumentException("temperature 0 is Greedy");
        }

        @Override
        public float uniform(int sequence, int position) {
            return PositionRandom.uniform(seed, sequence, position);
        }
    }

    /**
     * The sampling for the flags of the same names; temperature 0 is greedy decoding.
     *
     * @throws InputError with the flag that is out of range
     */
    static Sampling of(double temperature, double topP, LogitRules rules, long seed) {
        checkTemperature(temperature);
        checkTopP(topP);
        if (topP < 1 && rules.minP() > 0) {
            throw new InputError(
                    "--min_p and --top_p cannot be combined", "", "use one of them: both drop unlikely tokens");
        }
        return temperature == 0 ? new Greedy(rules) : new TopP(temperature, topP, rules, seed);
    }

    private static void checkTemperature(double temperature) {
        if (temperature >= 0 && temperature < Double.POSITIVE_INFINITY) return;
        throw new InputError(
                "temperature " + temperature + " is out of range",
                "--temperature",
                "set it to 0 (greedy) or a positive number, such as 0.7");
    }

    private static void checkTopP(double topP) {
        if (topP > 0 && topP <= 1) return;
        throw new InputError(
                "top_p " + topP + " is out of range",
                "--top_p",
                "set it to a number above 0 and at most 1, such as 0.9");
    }
}
