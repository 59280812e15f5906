package org.halftune.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir
    private Path folder;

    /** {@code golden/tensorboard/make.py} made the file with TensorBoard 2.21's own writer. */
    @Test
    void recordsEqualThoseOfTensorBoardsWriter() throws IOException {
        var values = new LinkedHashMap<String, Double>();
        values.put("train/loss", 2.4375);
        values.put("train/learning_rate", 2e-5);
        var ours = new ByteArrayOutputStream();
        ours.writeBytes(record(new Event.FileVersion(), 1764271351.25));
        ours.writeBytes(record(new Event.SessionStart(300), 1764271351.5));
        ours.writeBytes(record(new Event.Scalars(300, values), 1764271352.75));
        ours.writeBytes(record(new Event.Scalars(0, Map.of("eval/é", 0.0)), 1764271353.0));
        try (var golden =
                Objects.requireNonNull(getClass().getResourceAsStream("/golden/tensorboard/writer.tfevents"))) {
            assertThat(ours.toByteArray()).isEqualTo(golden.readAllBytes());
        }
    }

    private static byte[] record(Event event, double wallTime) {
        return RecordFraming.frame(event.encode(wallTime));
    }

    @Test
    void everyEventIsReadableImmediately() throws IOException {
        double before = System.currentTimeMillis() * 1e-3;
        var file = EventFile.create(folder, 0);
        for (int step = 1; step <= 3; step++) {
            file.append(new Event.Scalars(step, Map.of("train/loss", 1.0 / step)));
            var read = EventReader.read(onlyFile());
            assertThat(read).hasSize(2 + step);
            assertThat(read.getLast().step()).isEqualTo(step);
            assertThat(read.getLast().values()).isEqualTo(Map.of("train/loss", (float) (1.0 / step)));
            assertThat(read.getLast().wallTime()).isBetween(before, before + 60);
        }
        assertThat(EventReader.read(onlyFile()).getFirst().version()).isEqualTo("brain.Event:2");
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    /** TensorBoard reads files in the order of their names, so two files created within a second need different times. */
    @Test
    void laterFileHasALaterName() throws IOException {
        for (int i = 0; i < 3; i++) EventFile.create(folder, 10L * i);
        try (var files = Files.list(folder)) {
            var sorted = files.sorted().toList();
            assertThat(sorted).hasSize(3);
            for (int i = 0; i < 3; i++) {
                var start = EventReader.read(sorted.get(i)).get(1);
                assertThat(start.start()).isTrue();
                assertThat(start.step()).isEqualTo(10L * i);
                assertThat(sorted.get(i).getFileName().toString())
                        .matches("events\\.out\\.tfevents\\.\\d{10}\\.[^ ]+\\.\\d+\\.0");
            }
        }
    }
}
