package org.halftune.train.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code metrics.jsonl}: one JSON object per line, appended during the run, so that a kill loses at most the line being written. A
 * resumed run first restores the file to its state at the checkpoint; the steps after the checkpoint are repeated and logged again.
 */
public final class MetricsLog {
    public static final String FILE = "metrics.jsonl";

    private final Path file;
    private final List<ObjectNode> rows;

    /** @param history the rows of the checkpoint; empty for a new run */
    public MetricsLog(Path folder, List<ObjectNode> history) {
        file = folder.resolve(FILE);
        rows = new ArrayList<>(history);
        AtomicFile.write(file, history.stream().map(MetricsLog::line).collect(Collectors.joining()));
    }

    public void append(ObjectNode row) {
        byte[] line = line(row).getBytes(StandardCharsets.UTF_8);
        try {
            Files.write(file, line, StandardOpenOption.APPEND, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw FileProblem.writing(file, line.length, e);
        }
        rows.add(row);
    }

    /** All rows of the run so far, including those before a resume. */
    public List<ObjectNode> rows() {
        return Collections.unmodifiableList(rows);
    }

    private static String line(ObjectNode row) {
        return JsonMapper.shared().writeValueAsString(row) + "\n";
    }
}
