package org.halftune.tensorboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Pattern;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.files.HostName;

/**
 * An event file. Each event is appended immediately, so a crash loses at most the event being written.
 *
 * <p>The name is {@code events.out.tfevents.TIME.HOST.PROCESS.0}. TensorBoard reads the files of a folder in the order
 * of their names, so TIME, in seconds, is greater than that of all existing files.
 */
public final class EventFile {
    private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{1,18})\\..*");

    private final Path path;

    private EventFile(Path path) {
        this.path = path;
    }

    /**
     * Creates a new file.
     *
     * @param folder created if it does not exist; may have files of earlier runs
     * @param firstStep TensorBoard discards events of this and later steps in earlier files
     * @throws org.halftune.problem.InputError if the file cannot be written
     */
    public static EventFile create(Path folder, long firstStep) {
        AtomicFile.makeFolder(folder);
        long time = Math.max(System.currentTimeMillis() / 1000, latest(folder) + 1);
        long process = ProcessHandle.current().pid();
        Path path = folder.resolve(
                String.format(Locale.ROOT, "events.out.tfevents.%010d.%s.%d.0", time, HostName.get(), process));
        var file = new EventFile(path);
        file.append(new Event.FileVersion());
        file.append(new Event.SessionStart(firstStep));
        return file;
    }

    private static long latest(Path folder) {
        long latest = 0;
        try (var entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                var name = NAME.matcher(entry.getFileName().toString());
                if (name.matches()) latest = Math.max(latest, Long.parseLong(name.group(1)));
            }
        } catch (IOException e) {
            throw FileProblem.reading(folder, e);
        }
        return latest;
    }

    public void append(Event event) {
        byte[] record = RecordFraming.frame(event.encode(System.currentTimeMillis() * 1e-3));
        try {
            Files.write(path, record, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw FileProblem.writing(path, record.length, e);
        }
    }
}
