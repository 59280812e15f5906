package org.halftune.report;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.console.Amounts;

/**
 * Step times of both methods within the same memory budget. Each trains alone, with the same rows per step and with the least
 * recomputation and then the largest batches that fit.
 *
 * @param asked the budget as given by the user
 * @param budget in bytes
 * @param rowsPerStep of both methods
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
     * How one method trains within the budget. If it does not fit: with the least memory possible, or as it ran out of memory.
     *
     * @param rows per batch
     * @param batches per step
     * @param recompute the value of {@code --recompute}
     * @param bytes allocated, or needed if it does not fit
     * @param missing why it does not fit; empty if it fits
     * @param ways changes that would make it fit
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

    /** Whether neither method fits, so that nothing was timed. */
    public boolean neitherFits() {
        return !fft.fits() && !hft.fits();
    }

    /** The budget as text. */
    String budgetInWords() {
        return asked.equals("auto") ? Figures.bytes(budget) : asked;
    }

    /** Explains the comparison, and which method does not fit. */
    public String note() {
        String missing = Stream.of(fft, hft)
                .filter(training -> !training.fits())
                .map(training -> training.missing() + ". ")
                .collect(Collectors.joining());
        return missing + "In " + budgetInWords() + ": each method trains alone on the device, with the same "
                + Amounts.counted(rowsPerStep, "row")
                + " per step, the least recomputation and then the largest batches that fit. Blocks of steps alternate.";
    }
}
