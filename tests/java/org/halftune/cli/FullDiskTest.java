package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.Fixtures;
import org.junit.jupiter.api.Test;

/** A disk that is full leaves nothing half-written. */
class FullDiskTest extends BadInput {
    /** The disk has room for the model, so the run begins, but not for a checkpoint with the optimizer's state. */
    @Test
    void fullDiskLeavesNoPartialFiles() throws Exception {
        var disk = Files.createDirectory(temporary.resolve("disk"));
        assumeThat(system("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()))
                .as("skipped: a small file system cannot be mounted here")
                .isZero();
        try {
            Fixtures.copyModel("mha-untied", temporary.resolve("model"));
            write(temporary, GOOD_ROWS);
            int code = run(TRAIN.replace("{}/out", disk + "/out") + "--max_steps 2 --save_steps 1", temporary);
            var message = err.toString(StandardCharsets.UTF_8);
            assertThat(code).as(message).isEqualTo(1);
            assertThat(message)
                    .contains("halftune: No space left on the device: writing needs")
                    .containsOnlyOnce("o space left")
                    .contains("  in   " + disk, "  fix  free some disk space");
            assertThat(contents(disk).keySet())
                    .allMatch(name -> name.matches("|out|out/(selection.json|metrics.jsonl|recipe.yaml|report.html)"));

            code = run(TRAIN.replace("{}/model", "{}/large").replace("{}/out", disk + "/new"), large(temporary));
            message = err.toString(StandardCharsets.UTF_8);
            assertThat(code).as(message).isEqualTo(1);
            assertThat(message).contains("No space left on the device: writing needs", "nothing was written");
            assertThat(disk.resolve("new")).doesNotExist();
        } finally {
            system("umount", disk.toString());
        }
    }

    @Test
    void readOnlyDiskIsNamedAsSuch() throws Exception {
        var disk = Files.createDirectory(temporary.resolve("disk"));
        assumeThat(system("mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", disk.toString()))
                .as("skipped: a read-only file system cannot be mounted here")
                .isZero();
        try {
            Fixtures.copyModel("mha-untied", temporary.resolve("model"));
            write(temporary, GOOD_ROWS);
            for (var command : List.of(TRAIN, "plan {}/model --device cpu --output_dir {}/out ")) {
                int code = run(command.replace("{}/out", disk + "/out"), temporary);
                var message = err.toString(StandardCharsets.UTF_8);
                assertThat(code).as(message).isEqualTo(1);
                assertThat(message).contains("halftune: the file system is read-only\n  in   " + disk);
            }
        } finally {
            system("umount", disk.toString());
        }
    }

    /** A model that is larger than the small disk. */
    private static Path large(Path folder) {
        Fixtures.copyModel("gqa-tied", folder.resolve("large"));
        return folder;
    }

    private static int system(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }
}
