package org.halftune.generate;

import org.halftune.problem.InputError;

/** How the next token is chosen from the logits of one position. */
public sealed interface Sampling {

    /**
     * The id that follows.
     *
     * @param logits [V]; not modified
     * @param sequence which prompt of the whole run this is, from 0; not its place in a batch
     * @param position which new token of that prompt this is, from 0
     * @throws InputError if the logits hold NaN or +∞, which a usable model never answers
     */
    int choose(float[] logits, int sequence, int position);

    /** The largest logit; of equal ones the lowest id, as PyTorch's argmax does on the CPU. */
    record Greedy() implements Sampling {
        @Override
        public int choose(float[] logits, int sequence, int position) {
            return argmax(logits);
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
    record TopP(double temperature, double topP, long seed) implements Sampling {
        public TopP {
            checkTemperature(temperature);
            checkTopP(topP);
            if (temperature == 0) throw new IllegalArgumentException("temperature 0 is Greedy");
        }

        @Override
        public int choose(float[] logits, int sequence, int position) {
            return Nucleus.of(logits, temperature, topP).draw(Draws.uniform(seed, sequence, position));
        }
    }

    /**
     * The sampling that the flags of the same names ask for; temperature 0 is greedy, whatever the others say.
     *
     * @throws InputError naming the flag that is out of range
     */
    static Sampling of(double temperature, double topP, long seed) {
        checkTemperature(temperature);
        checkTopP(topP);
        return temperature == 0 ? new Greedy() : new TopP(temperature, topP, seed);
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

    /** Index of the largest logit, the lowest of equals. */
    private static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
        Nucleus.checkUsable(logits, best);
        return best;
    }
}
