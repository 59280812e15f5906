package org.halftune.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.hft.Selection;
import org.halftune.plan.StepLaunches.Kind;
import org.halftune.plan.StepLaunches.Launch;

/**
 * The picture of docs/tour.md: each launch of a training step, with FFT and with HFT, from what the step asks of the CUDA cost
 * model. A launch that HFT does not make leaves a gap. Widths are times, predicted for an H200.
 */
final class StepPicture {
    private static final int LEFT = 82, WIDTH = 1000, LANE = 30, TOP = 64;
    private static final double RIGHT = 70;

    private final List<Launch> full = StepLaunches.of(Selection.full(StepLaunches.CONFIG));
    private final List<Launch> half = StepLaunches.of(MeasuredStep.selection(StepLaunches.CONFIG, MeasuredStep.HFT));
    private final StringBuilder svg = new StringBuilder();
    private double scale;
    private double y = TOP;

    /** The whole file. */
    String svg() {
        int fullHead = indexOf(full, "gather_rows"), halfHead = indexOf(half, "gather_rows");
        int fullBack = indexOf(full, "scatter_rows") + 1, halfBack = indexOf(half, "scatter_rows") + 1;
        int fullUpdate = indexOf(full, "gradient_norm_partial"), halfUpdate = indexOf(half, "gradient_norm_partial");
        scale = (WIDTH - LEFT - RIGHT) / seconds(full.subList(fullBack, fullUpdate));
        legend();
        part("forward", full.subList(0, fullHead), half.subList(0, halfHead));
        part("head, loss", full.subList(fullHead, fullBack), half.subList(halfHead, halfBack));
        part("backward", full.subList(fullBack, fullUpdate), half.subList(halfBack, halfUpdate));
        part("update", full.subList(fullUpdate, full.size()), half.subList(halfUpdate, half.size()));
        return head(y) + svg + "</svg>\n";
    }

    /** Launches, and predicted milliseconds, of FFT and HFT. */
    String caption() {
        return "FFT: " + full.size() + " launches, " + milliseconds(full) + "; HFT: " + half.size() + " launches, "
                + milliseconds(half);
    }

    private static int indexOf(List<Launch> launches, String kernel) {
        for (int i = 0; i < launches.size(); i++) {
            if (launches.get(i).title().equals(kernel)) return i;
        }
        throw new IllegalStateException("no launch of " + kernel);
    }

    private static double seconds(List<Launch> launches) {
        return launches.stream().mapToDouble(Launch::seconds).sum();
    }

    private static String milliseconds(List<Launch> launches) {
        return String.format(Locale.ROOT, "%.2f ms", 1e3 * seconds(launches));
    }

    private String head(double height) {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + WIDTH + " " + Math.round(height)
                + "\" font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#333\">\n"
                + "<title>The launches of one training step, with FFT and with HFT. " + caption() + "</title>\n"
                + "<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#fdfdfb\"/>\n";
    }

    private void legend() {
        double x = LEFT;
        text(x, 22, "font-weight=\"600\"", "One step, launch by launch. " + caption() + " (predicted, H200)");
        for (var kind : Kind.values()) {
            box(x, 34, 11, 11, "fill=\"" + kind.colour + "\"", "");
            text(x + 16, 44, "fill=\"#666\"", kind.meaning);
            x += 36 + 6.6 * kind.meaning.length();
        }
        box(x, 34, 11, 11, "fill=\"none\" stroke=\"#b8b4aa\" stroke-dasharray=\"3 2\"", "");
        text(x + 16, 44, "fill=\"#666\"", "not launched");
    }

    private void part(String name, List<Launch> ofFull, List<Launch> ofHalf) {
        boolean same = ofFull.equals(ofHalf);
        text(10, y + 19, "font-weight=\"600\"", name);
        if (!same) y += 26;
        lane(same ? "" : "FFT", ofFull, ofFull);
        if (!same) lane("HFT", ofFull, ofHalf);
        y += 12;
    }

    /** The launches that are {@code made}, each where it lies in {@code slots}, and an outline for the others. */
    private void lane(String name, List<Launch> slots, List<Launch> made) {
        text(10, y + 19, "fill=\"#666\"", name);
        var next = new ArrayList<>(made);
        double x = LEFT, end = LEFT;
        for (var slot : slots) {
            boolean launched = !next.isEmpty() && next.getFirst().isSameWorkAs(slot);
            double width = scale * (launched ? next.removeFirst() : slot).seconds();
            launch(slot, launched, x, width);
            boolean narrow = slot.kind() == Kind.WEIGHT_GRADIENT && labelIsWider(slot, width);
            if (narrow && made.equals(slots)) small(x + width / 2, slot.label());
            x += scale * slot.seconds();
            end = x;
        }
        if (!next.isEmpty()) throw new IllegalStateException("HFT launches more than FFT: " + next.getFirst());
        text(end + 8, y + 19, "fill=\"#666\"", milliseconds(made));
        y += LANE + 4;
    }

    private void launch(Launch launch, boolean launched, double x, double width) {
        double shown = Math.max(0.8, width - 0.8);
        box(
                x,
                y,
                shown,
                LANE,
                launched
                        ? "fill=\"" + launch.kind().colour + "\""
                        : "fill=\"none\" stroke=\"#b8b4aa\" stroke-dasharray=\"3 2\"",
                launch.title());
        if (labelIsWider(launch, shown)) return;
        text(x + shown / 2, y + 19, "text-anchor=\"middle\"" + (launched ? "" : " fill=\"#a5a198\""), launch.label());
    }

    private static boolean labelIsWider(Launch launch, double width) {
        return 6.6 * launch.label().length() > width;
    }

    /** Above the lane, without the d: there is no room for more. */
    private void small(double middle, String label) {
        text(middle, y - 4, "text-anchor=\"middle\" font-size=\"9\" fill=\"#666\"", label.substring(1));
    }

    private void box(double x, double top, double width, double height, String look, String title) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s",
                x,
                top,
                width,
                height,
                look));
        svg.append(title.isEmpty() ? "/>\n" : "><title>" + title + "</title></rect>\n");
    }

    private void text(double x, double baseline, String look, String text) {
        if (text.isEmpty()) return;
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, baseline, look))
                .append(text)
                .append("</text>\n");
    }
}
