package org.halftune.study;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.files.StrictJson;

/**
 * {@code cells.jsonl}: one line for each finished cell, forced to disk before the next cell of the same worker begins. A kill can
 * leave part of a last line, which is cut off when the file is opened again.
 */
final class CellLog implements AutoCloseable {
    static final String FILE = "cells.jsonl";

    private final Path file;
    private final FileChannel channel;

    private CellLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * The cells in the file, without a torn last line; empty if there is no file.
     *
     * @throws org.halftune.problem.InputError if a whole line is not a cell
     */
    static List<Finished> read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) return List.of();
        var cells = new ArrayList<Finished>();
        int number = 0;
        for (String line : wholeLines(file).lines().toList()) {
            number++;
            if (line.isBlank()) continue;
            String where = file + ", line " + number;
            cells.add(Finished.fromJson(StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), where), where));
        }
        return cells;
    }

    /** Opens the file for appending, and cuts off a torn last line. */
    static CellLog open(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            long whole = Files.exists(file) ? wholeLines(file).getBytes(StandardCharsets.UTF_8).length : 0;
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.truncate(whole);
            channel.position(whole);
            AtomicFile.forceFolder(folder);
            return new CellLog(file, channel);
        } catch (IOException e) {
            throw FileProblem.writing(file, 0, e);
        }
    }

    /** The text up to the last line break. */
    private static String wholeLines(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') end--;
            return new String(bytes, 0, end, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }

    /** Appends a cell and forces it to disk. */
    synchronized void append(Finished cell) {
        byte[] line = (cell.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            AtomicFile.writeFully(channel, ByteBuffer.wrap(line));
            channel.force(false);
        } catch (IOException e) {
            throw FileProblem.writing(file, line.length, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileProblem.writing(file, 0, e);
        }
    }
}
