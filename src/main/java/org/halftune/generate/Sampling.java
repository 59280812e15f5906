package org.halftune.generate;

import org.halftune.problem.InputError;

/** How the next token is chosen from the logits of one position: the arguments of {@code Ops.sample}. */
public sealed interface Sampling {

    /** What logits are divided by; 0 takes the largest. */
    double temperature();

    /** The share of the probability that the most probable ids have to reach; 1 keeps every id. */
    double topP();

    /** What is done to the logits first. */
    LogitRules rules();

    /**
     * The number in [0, 1) that decides.
     *
     * @param sequence which prompt of the whole run this is, from 0; not its place in a batch
     * @param position which new token of that prompt this is, from 0
     */
    float uniform(int sequence, int position);

    /** The largest logit; of equal ones the lowest id, as PyTorch's argmax does on the CPU. */
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
     * A draw from {@code softmax(logits / temperature)} cut to its nucleus (Holtzman et al. 2020, arXiv 1904.09751): the
     * fewest, most probable ids whose probabilities reach {@code topP}. The draw depends on (seed, sequence, position)
     * and the logits alone, so neither batch size nor order changes a text.
     *
     * @param temperature above 0
     * @param topP above 0, at most 1; 1 keeps every id
     */
    record TopP(double temperature, double topP, LogitRules rules, long seed) implements Sampling {
        public TopP {
            checkTemperature(temperature);
            checkTopP(topP);
            if (temperature == 0) throw new IllegalArgumentException("temperature 0 is Greedy");
        }

        @Override
        public float uniform(int sequence, int position) {
            return Draws.uniform(seed, sequence, position);
        }
    }

    /**
     * The sampling that the flags of the same names ask for; temperature 0 is greedy, whatever the others say.
     *
     * @throws InputError naming the flag that is out of range
     */
    static Sampling of(double temperature, double topP, LogitRules rules, long seed) {
        checkTemperature(temperature);
        checkTopP(topP);
        if (topP < 1 && rules.minP() > 0) {
            throw new InputError(
                    "min_p and top_p exclude each other",
                    "--min_p",
                    "leave one of them out: both cut the unlikely tokens");
        }
        return temperature == 0 ? new Greedy(rules) : new TopP(temperature, topP, rules, seed);
    }

    private static void checkTemperature(double temperature) {
        if (temperature >= 0 && temperature < Double.POSITIVE_INFINITY) return;
        throw new InputError(
                "temperature is " + temperature, "--temperature", "give 0 (greedy) or a positive number, such as 0.7");
    }

    private static void checkTopP(double topP) {
        if (topP > 0 && topP <= 1) return;
        throw new InputError("top_p is " + topP, "--top_p", "give a number above 0 and at most 1, such as 0.9");
    }
}
