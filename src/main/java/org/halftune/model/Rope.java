package org.halftune.model;

/** Rotary position embedding (arXiv 2104.09864): the frequency of each pair of dimensions. */
public sealed interface Rope {

    /** Base of the geometric series of frequencies, {@code theta^(-2i/D)}. */
    double theta();

    /** No scaling. */
    record Default(double theta) implements Rope {}

    /**
     * Llama 3.1's scaling: long wavelengths are stretched by {@code factor}, short ones kept, those between the two
     * borders interpolated.
     */
    record Llama3(
            double theta, double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalPositions)
            implements Rope {}

    /** Angle per position of pair i of {@code headSize/2}, in radians. */
    default double[] inverseFrequencies(int headSize) {
        var frequencies = new double[headSize / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double frequency = Math.pow(theta(), -2.0 * i / headSize);
            frequencies[i] = switch (this) {
                case Default _ -> frequency;
                case Llama3 l -> {
                    double wavelength = 2 * Math.PI / frequency;
                    double smooth = (l.originalPositions / wavelength - l.lowFrequencyFactor)
                            / (l.highFrequencyFactor - l.lowFrequencyFactor);
                    smooth = Math.clamp(smooth, 0, 1); // 0: stretched fully, 1: kept
                    yield (1 - smooth) * frequency / l.factor + smooth * frequency;
                }
            };
        }
        return frequencies;
    }
}
