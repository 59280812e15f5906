package org.halftune.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;

/**
 * The data files of a folder, sorted by name. Subfolders are not searched.
 *
 * @param skipped everything else in the folder: other files, folders, data set descriptions
 */
public record DataFolder(Path path, List<Path> files, List<Path> skipped) {
    private static final List<String> DESCRIPTIONS = List.of("dataset_info.json", "dataset_infos.json", "state.json");

    public DataFolder {
        files = List.copyOf(files);
        skipped = List.copyOf(skipped);
    }

    /** @throws InputError if the folder cannot be read, or has no data file */
    public static DataFolder of(Path path) {
        var files = new ArrayList<Path>();
        var skipped = new ArrayList<Path>();
        try (Stream<Path> entries = Files.list(path)) {
            entries.sorted().forEach(entry -> (isData(entry) ? files : skipped).add(entry));
        } catch (UncheckedIOException e) {
            throw FileProblem.reading(path, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw FileProblem.reading(path, e);
        }
        if (!files.isEmpty()) return new DataFolder(path, files, skipped);
        throw new InputError(
                "the folder has no data file" + (skipped.isEmpty() ? "" : "; it contains " + names(skipped)),
                path.toString(),
                "use a folder that contains .jsonl, .json, .csv, .tsv, .txt or .parquet files");
    }

    private static boolean isData(Path entry) {
        String name = String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT);
        boolean about = DESCRIPTIONS.contains(name) || name.startsWith("readme") || name.startsWith("license");
        return !about && !name.startsWith(".") && Files.isRegularFile(entry) && DataFile.isDataFile(entry);
    }

    RowSource open(List<String> columns) {
        return new ChainedRows(files, columns);
    }

    /** One line that lists the files read and the files skipped. */
    public String summary() {
        String read = path + ": reads " + names(files);
        return skipped.isEmpty() ? read : read + "; skips " + names(skipped);
    }

    private static String names(List<Path> paths) {
        String first = paths.stream()
                .limit(8)
                .map(path -> String.valueOf(path.getFileName()))
                .collect(Collectors.joining(", "));
        return paths.size() <= 8 ? first : first + " and " + (paths.size() - 8) + " more";
    }
}
