package org.halftune.model;

/** Rotary position embedding (arXiv 2104.09864): the frequency at which each pair of dimensions rotates. */
public sealed interface Rope {

    /** Base of the geometric series of frequencies, {@code theta^(-2i/D)}. */
    double theta();

    /** No scaling. */
    record Default(double theta) implements Rope {}

    /**
     * Llama 3.1's scaling: wavelengths above {@code originalPositions / lowFrequencyFactor} are stretched by {@code factor},
     * those below {@code originalPositions / highFrequencyFactor} stay, and those between are interpolated.
     */
    record Llama3(
            double theta, double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalPositions)
            implements Rope {}

    /** Radians per position, for each of {@code headSize/2} pairs. */
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
                    smooth = Math.clamp(smooth, 0, 1); // 0: stretched, 1: unchanged
                    yield (1 - smooth) * frequency / l.factor + smooth * frequency;
                }
            };
        }
        return frequencies;
    }
}
