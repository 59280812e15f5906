package org.halftune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.ComparisonJson;
import org.halftune.report.html.HtmlReport;

/** What a comparison leaves in its folder. An earlier comparison there is replaced; anything else is left alone. */
record ComparisonFiles(Path folder) {
    /** More than the two files ever take. */
    private static final long BYTES = 4 << 20;

    Path figures() {
        return folder.resolve("comparison.json");
    }

    Path report() {
        return folder.resolve("report.html");
    }

    /** Before minutes of training: whether the result can be written at all. */
    void check() {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new InputError("--output_dir is a file", folder.toString(), "name a folder");
        }
        if (!Files.exists(folder) || !Files.exists(figures())) OutputFolder.check(folder, BYTES);
    }

    void write(Comparison comparison) {
        ComparisonJson.write(comparison, figures());
        HtmlReport.write(comparison, report());
    }
}
