package org.halftune.report;

import java.util.ArrayList;
import org.halftune.report.ComparisonTable.Line;
import org.halftune.report.EqualMemoryResult.Training;

/** The table rows of the comparison at equal memory. */
final class EqualMemoryTable {
    private EqualMemoryTable() {}

    static ComparisonTable.Group of(EqualMemoryResult equal) {
        var fft = equal.fft();
        var hft = equal.hft();
        var ratio = equal.timeRatio();
        var rows = new ArrayList<Line>();
        rows.add(new Line(
                "time per step in " + equal.budgetInWords(),
                time(fft),
                time(hft),
                ratio.hasInterval() ? Figures.ratio(ratio.value()) : Figures.NONE,
                false));
        rows.add(new Line("95 % interval", "", "", interval(equal), true));
        rows.add(new Line("batches × rows", cut(fft), cut(hft), "", true));
        rows.add(new Line("--recompute", recompute(fft), recompute(hft), "", true));
        rows.add(new Line("tokens per second", tokens(fft), tokens(hft), tokens(equal), true));
        rows.add(new Line(
                "memory, each alone",
                bytes(fft),
                bytes(hft),
                fft.fits() && hft.fits() ? Figures.ratio((double) hft.bytes(), (double) fft.bytes()) : Figures.NONE,
                true));
        return new ComparisonTable.Group("At equal memory", rows);
    }

    private static String time(Training training) {
        return training.fits() ? Figures.milliseconds(training.time().stepMs().median()) : "does not fit";
    }

    private static String interval(EqualMemoryResult equal) {
        var ratio = equal.timeRatio();
        if (!equal.fft().fits() || !equal.hft().fits()) return Figures.NONE;
        return ratio.hasInterval()
                ? "(" + Figures.decimals(ratio.low(), 2) + "–" + Figures.decimals(ratio.high(), 2) + ")"
                : "too few steps";
    }

    private static String cut(Training training) {
        return training.fits() ? training.batches() + " × " + training.rows() : Figures.NONE;
    }

    private static String recompute(Training training) {
        return training.fits() ? training.recompute() : Figures.NONE;
    }

    /** If the method does not fit: the least that it needs. */
    private static String bytes(Training training) {
        return (training.fits() ? "" : "≥ ") + Figures.bytes(training.bytes());
    }

    private static String tokens(Training training) {
        return training.fits() ? Figures.whole(training.time().tokensPerSecond()) : Figures.NONE;
    }

    private static String tokens(EqualMemoryResult equal) {
        if (!equal.timeRatio().hasInterval()) return Figures.NONE;
        return Figures.ratio(
                equal.hft().time().tokensPerSecond(), equal.fft().time().tokensPerSecond());
    }
}
