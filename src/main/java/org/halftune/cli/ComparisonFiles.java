package org.halftune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.ComparisonJson;
import org.halftune.report.html.HtmlReport;

/** The files that a comparison writes. They replace those of an earlier comparison; other files are not touched. */
record ComparisonFiles(Path folder) {
    /** An upper bound of both files' size. */
    private static final long BYTES = 4 << 20;

    Path figures() {
        return folder.resolve("comparison.json");
    }

    Path report() {
        return folder.resolve("report.html");
    }

    /** Fails early if the result could not be written. */
    void check() {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new InputError("--output_dir is a file", folder.toString(), "choose a folder");
        }
        if (!Files.exists(folder) || !Files.exists(figures())) OutputFolder.check(folder, BYTES);
    }

    void write(Comparison comparison) {
        ComparisonJson.write(comparison, figures());
        HtmlReport.write(comparison, report());
    }
}
