package org.halftune.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * LLaMA-Factory's {@code dataset_info.json}: data sets by name, each a local file or folder with the names of its
 * columns. Nothing is downloaded. Entries that supervised training cannot use are errors.
 */
public final class DatasetInfo {
    private static final List<String> HUBS =
            List.of("hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name");
    private static final Set<String> KNOWN = Set.of(
            "file_name",
            "formatting",
            "ranking",
            "columns",
            "tags",
            "num_samples",
            "split",
            "subset",
            "folder",
            "file_sha1");

    private final Path file;
    private final ObjectNode entries;
    private final boolean preferences;

    private DatasetInfo(Path file, ObjectNode entries, boolean preferences) {
        this.preferences = preferences;
        this.file = file;
        this.entries = entries;
    }

    /** For supervised training. */
    public static DatasetInfo read(Path folder) {
        return read(folder, false);
    }

    /**
     * Reads the file.
     *
     * @param preferences whether data sets of preferences ({@code "ranking": true}) may be used
     * @throws InputError if the folder has no {@code dataset_info.json}, or it is not a JSON object
     */
    public static DatasetInfo read(Path folder, boolean preferences) {
        Path file = folder.resolve("dataset_info.json");
        if (!Files.exists(file)) {
            throw new InputError(
                    "the folder has no dataset_info.json",
                    folder.toString(),
                    "set --dataset_dir to the folder that has it, or use --train_file");
        }
        return new DatasetInfo(file, StrictJson.read(file), preferences);
    }

    /** @throws InputError if there is no such data set, or it is not supported */
    public DataPart part(String name) {
        if (!(entries.get(name) instanceof ObjectNode entry)) {
            throw new InputError(
                    "unknown data set \"" + name + "\"; the file defines "
                            + String.join(
                                    ", ",
                                    entries.propertyNames().stream().limit(20).toList()),
                    file.toString(),
                    "check --dataset");
        }
        Path rows = path(name, entry);
        checkRest(name, entry);
        var columns = DatasetColumns.of(entry, where(name));
        JsonNode samples = entry.path("num_samples");
        return new DataPart(
                name,
                () -> new RenamedRows(DataFile.open(rows), columns),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                samples.isMissingNode() || samples.isNull()
                        ? OptionalInt.empty()
                        : OptionalInt.of(count(name, samples)));
    }

    private Path path(String name, ObjectNode entry) {
        String fileName = entry.path("file_name").asString("");
        if (!fileName.isEmpty()) return file.resolveSibling(fileName);
        String hub = HUBS.stream().filter(entry::has).findFirst().orElse("");
        throw hub.isEmpty()
                ? refused(name, "has no file_name", "set file_name to a local file or folder")
                : refused(
                        name,
                        "is on a hub (" + hub + "), and Halftune downloads nothing",
                        "download it and set file_name to the file");
    }

    private void checkRest(String name, ObjectNode entry) {
        if (!preferences && entry.path("ranking").asBoolean(false)) {
            throw refused(
                    name,
                    "holds preferences (\"ranking\": true), which supervised training cannot use",
                    "use halftune dpo; or map the chosen answers to response and remove ranking");
        }
        for (String part : List.of("subset", "folder")) {
            if (!entry.path(part).asString("").isEmpty())
                throw refused(
                        name,
                        "has the key " + part + ", which applies only to hubs",
                        "remove it; file_name may be a folder");
        }
        String split = entry.path("split").asString("train");
        if (!split.equals("train")) {
            throw refused(
                    name,
                    "has the split \"" + split + "\", but a local file has only the split train",
                    "set file_name to the file of that split");
        }
        for (String key : entry.propertyNames()) {
            if (KNOWN.contains(key) || HUBS.contains(key)) continue;
            throw refused(name, "has the unknown key " + key, "correct or remove it");
        }
    }

    private int count(String name, JsonNode samples) {
        if (samples.isIntegralNumber() && samples.canConvertToInt() && samples.intValue() > 0)
            return samples.intValue();
        throw refused(name, "has num_samples " + samples, "set it to an integer of at least 1");
    }

    private String where(String name) {
        return file + ", data set " + name;
    }

    private InputError refused(String name, String what, String fix) {
        return new InputError("the data set " + what, where(name), fix);
    }
}
