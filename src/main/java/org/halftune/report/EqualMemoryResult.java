package org.halftune.report;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.console.Amounts;

/**
 * What a step takes where both methods may hold the same memory: each trains alone, reads the same rows a step, and has the
 * least recomputation and then the largest batches that fit.
 *
 * @param asked the budget in the user's words
 * @param budget in bytes
 * @param rowsPerStep of both
 * @param timeRatio HFT ÷ FFT; unknown if one does not fit
 */
public record EqualMemoryResult(
        String asked, long budget, int rowsPerStep, Training fft, Training hft, HftSaving.Ratio timeRatio) {

    public EqualMemoryResult {
        Objects.requireNonNull(asked, "asked");
        Objects.requireNonNull(fft, "fft");
        Objects.requireNonNull(hft, "hft");
        Objects.requireNonNull(timeRatio, "time_ratio");
    }

    /**
     * How one method trains within the budget; if it does not fit, the smallest way that there is, or the one that ran out of
     * memory.
     *
     * @param rows of a batch
     * @param batches of a step
     * @param recompute as the flag says it
     * @param bytes that it holds, or would hold
     * @param missing why it does not fit; empty if it does
     * @param ways what would help, if it does not fit
     * @param time not measured if it does not fit
     */
    public record Training(
            int rows, int batches, String recompute, long bytes, String missing, String ways, StepTime time) {
        public Training {
            Objects.requireNonNull(recompute, "recompute");
            Objects.requireNonNull(missing, "missing");
            Objects.requireNonNull(ways, "ways");
            Objects.requireNonNull(time, "time");
        }

        /** Whether it fits. */
        public boolean fits() {
            return missing.isEmpty();
        }
    }

    /** Nothing was timed. */
    public boolean neitherFits() {
        return !fft.fits() && !hft.fits();
    }

    /** The budget as readers see it. */
    String budgetInWords() {
        return asked.equals("auto") ? Figures.bytes(budget) : asked;
    }

    /** What it means, and what does not fit. */
    public String note() {
        String missing = Stream.of(fft, hft)
                .filter(training -> !training.fits())
                .map(training -> training.missing() + ". ")
                .collect(Collectors.joining());
        return missing + "In " + budgetInWords() + ": each method trains alone on the device, reads the same "
                + Amounts.counted(rowsPerStep, "row")
                + " a step, and has the least recomputation, then the largest batches, that fit. Blocks of steps alternate.";
    }
}
