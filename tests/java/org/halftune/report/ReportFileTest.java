package org.halftune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {
    @TempDir
    Path folder;

    @Test
    void replacesTheFileAndLeavesNoTemporaryFile() throws IOException {
        var file = Files.writeString(folder.resolve("report.html"), "old and longer");
        ReportFile.write(file, "neu: ×");
        assertThat(file).hasContent("neu: ×");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void fileInPlaceOfAFolderIsAnInputError() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> ReportFile.write(file.resolve("report.html"), "x"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("report.html");
    }

    @Test
    void folderInPlaceOfAFileIsAnInputError() {
        assertThatThrownBy(() -> ReportFile.write(folder, "x"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("folder");
    }
}
