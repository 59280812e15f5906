package org.halftune.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.halftune.problem.DiskFailure;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void replacesTheOldContent() throws IOException {
        Path file = folder.resolve("x.json");
        AtomicFile.write(file, "old and long");
        AtomicFile.write(file, "new");
        assertThat(file).hasContent("new");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void failureLeavesOnlyTheOldContent() throws IOException {
        Path file = folder.resolve("x.json");
        AtomicFile.write(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, 5_000_000, channel -> {
                    AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[10]));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(DiskFailure.class)
                .hasMessageContaining("No space left")
                .hasMessageContaining("5.0 MB (5,000,000 bytes)")
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("old");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void missingFolderIsNamed() {
        Path file = folder.resolve("absent/x.json");
        assertThatThrownBy(() -> AtomicFile.write(file, "x"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("does not exist")
                .hasMessageContaining(file.toString());
    }

    @Test
    void fullDiskIsRecognised() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(full), "skipped: this system has no /dev/full");
        try (var channel = FileChannel.open(full, StandardOpenOption.WRITE)) {
            assertThatThrownBy(() -> AtomicFile.writeFully(channel, ByteBuffer.wrap(new byte[10])))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            e -> assertThat(FileProblem.writing(full, 10, e))
                                    .isInstanceOf(DiskFailure.class)
                                    .hasMessageStartingWith("No space left on the device: writing needs 10 bytes (in"));
        }
    }
}
