package org.halftune.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.halftune.problem.InputError;
import org.halftune.report.ReportFile;

/**
 * Prints JMH's JSON as a table, and writes a page of charts next to it: {@code results.json} becomes {@code results.html}. Several
 * files become one table and one page, next to the first.
 *
 * <p>{@code BenchmarkReport RESULTS.json...}
 */
public final class BenchmarkReport {
    static final String EMULATED = "An emulated device: its times say nothing about speed.";

    static final String METHOD =
            "Each fork is a Java VM of its own; its mean is one value. ms/step: the mean over forks. HFT/FFT: the mean over pairs "
                    + "of forks, the first of both, the second of both, and so on. ±: half of the 95 % interval by Student's "
                    + "t-distribution; none for a single fork. GB: 10⁹ bytes of device memory at the peak.";

    private BenchmarkReport() {}

    public static void main(String[] arguments) {
        try {
            if (arguments.length == 0) throw new InputError("no file was named", "", "BenchmarkReport RESULTS.json...");
            make(Arrays.stream(arguments).map(Path::of).toList(), System.out);
        } catch (InputError e) {
            System.err.println(e.report());
            System.exit(2);
        }
    }

    /** @throws InputError if the results cannot be read or the page not written */
    static void make(List<Path> files, PrintStream out) {
        var steps = files.stream()
                .flatMap(file -> BenchmarkJson.read(file).stream())
                .toList();
        var shapes = MeasuredShape.of(steps);
        var page = files.getFirst()
                .resolveSibling(files.getFirst().getFileName().toString().replaceFirst("(\\.json)?$", ".html"));
        ReportFile.write(page, BenchmarkPage.render(shapes));
        out.printf("%n%s%n%s%n", BenchmarkTable.text(shapes), METHOD);
        if (isEmulated(shapes)) out.println(EMULATED);
        out.printf("%ncharts: %s%n", page);
    }

    private static boolean isEmulated(List<MeasuredShape> shapes) {
        return shapes.stream().anyMatch(shape -> shape.first().isEmulated());
    }
}
