package org.halftune.report;

import java.util.ArrayList;
import org.halftune.report.ComparisonTable.Row;
import org.halftune.report.EqualMemory.Training;

/** The rows about both methods at equal memory. */
final class EqualMemoryTable {
    private EqualMemoryTable() {}

    static ComparisonTable.Group of(EqualMemory equal) {
        var fft = equal.fft();
        var hft = equal.hft();
        var ratio = equal.timeRatio();
        var rows = new ArrayList<Row>();
        rows.add(new Row(
                "time per step in " + equal.budgetInWords(),
                time(fft),
                time(hft),
                Figures.ratio(ratio.value()),
                false));
        rows.add(new Row("95 % interval", "", "", interval(equal), true));
        rows.add(new Row("batches × rows", cut(fft), cut(hft), "", true));
        rows.add(new Row("--recompute", fft.recompute(), hft.recompute(), "", true));
        rows.add(new Row("tokens per second", tokens(fft), tokens(hft), tokens(equal), true));
        rows.add(new Row(
                "memory, each alone",
                Figures.bytes(fft.bytes()),
                Figures.bytes(hft.bytes()),
                Figures.ratio((double) hft.bytes(), (double) fft.bytes()),
                true));
        return new ComparisonTable.Group("At equal memory", rows);
    }

    private static String time(Training training) {
        return training.fits() ? Figures.milliseconds(training.time().stepMs().median()) : "does not fit";
    }

    private static String interval(EqualMemory equal) {
        var ratio = equal.timeRatio();
        if (!equal.fft().fits() || !equal.hft().fits()) return Figures.NONE;
        return ratio.hasInterval()
                ? "(" + Figures.decimals(ratio.low(), 2) + "–" + Figures.decimals(ratio.high(), 2) + ")"
                : "too few steps";
    }

    private static String cut(Training training) {
        return training.batches() + " × " + training.rows();
    }

    private static String tokens(Training training) {
        return training.fits() ? Figures.whole(training.time().tokensPerSecond()) : Figures.NONE;
    }

    private static String tokens(EqualMemory equal) {
        return Figures.ratio(
                equal.hft().time().tokensPerSecond(), equal.fft().time().tokensPerSecond());
    }
}
