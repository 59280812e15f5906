package org.halftune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.console.Terminal;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;
import org.halftune.report.ReportFile;
import org.halftune.report.html.StudyPage;
import org.halftune.report.study.StudyJson;
import org.halftune.report.study.StudyResult;
import org.halftune.report.study.StudyText;

/** The files that a study writes. They replace those of an earlier report of the same study. */
record StudyFiles(Path folder) {
    /** An upper bound of the reports' size. */
    private static final long BYTES = 4 << 20;

    /** Fails early if the result could not be written. */
    void check() {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new InputError("--output_dir is a file", folder.toString(), "choose a folder");
        }
        if (!Files.exists(folder)) OutputFolder.check(folder, BYTES);
    }

    /** Writes all files and prints the table. */
    void write(StudyResult result, Terminal terminal) {
        StudyJson.write(result, folder.resolve("study.json"));
        ReportFile.write(folder.resolve("study.md"), StudyText.markdown(result));
        StudyPage.write(result, folder.resolve("report.html"));
        terminal.out().println();
        terminal.out().print(StudyText.console(result, terminal.columns()));
        terminal.out().println();
        terminal.out().println("report    " + folder.resolve("report.html"));
        terminal.out().println("tables    " + folder.resolve("study.md"));
        terminal.out().println("figures   " + folder.resolve("study.json"));
    }
}
