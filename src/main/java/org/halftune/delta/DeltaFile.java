package org.halftune.delta;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.files.AtomicFile;
import org.halftune.files.StrictJson;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code delta.json}: what a delta belongs to, and what a full export would have written besides its tensors. It is written last, so
 * a folder without it is not a delta.
 *
 * @param base name of the base model's folder, without the folders above it
 * @param baseDigest {@link org.halftune.pretrained.ContentDigest} of the base model
 * @param baseFiles SHA-256 of the base's configuration, tokenizer and generation files, by name
 * @param digest {@link org.halftune.pretrained.ContentDigest} of {@code delta.safetensors}
 * @param dtype the type that all tensors of the model are saved in; empty: as the base stores them
 * @param trainedEnds end tokens that were trained on
 * @param files files of the model besides those of the base, content by path: the chat template
 */
record DeltaFile(
        String base,
        String baseDigest,
        Map<String, String> baseFiles,
        String digest,
        Optional<DType> dtype,
        List<Integer> trainedEnds,
        Map<String, String> files) {
    /** The tensors that changed. */
    static final String TENSORS = "delta.safetensors";

    private static final int FORMAT = 1;

    DeltaFile {
        baseFiles = new LinkedHashMap<>(baseFiles);
        trainedEnds = List.copyOf(trainedEnds);
        files = new LinkedHashMap<>(files);
    }

    void write(Path folder) {
        var json = StrictJson.object();
        json.put("format", FORMAT);
        var of = json.putObject("base").put("name", base).put("digest", baseDigest);
        var digests = of.putObject("files");
        baseFiles.forEach(digests::put);
        json.put("digest", digest);
        dtype.ifPresentOrElse(type -> json.put("dtype", type.name()), () -> json.putNull("dtype"));
        var ends = json.putArray("eos_token_id");
        trainedEnds.forEach(ends::add);
        var texts = json.putObject("files");
        files.forEach(texts::put);
        AtomicFile.write(folder.resolve(PretrainedFolder.DELTA), StrictJson.print(json));
    }

    /** @throws InputError if the folder is not a delta, or the file is damaged or of a later version */
    static DeltaFile read(Path folder) {
        Path file = folder.resolve(PretrainedFolder.DELTA);
        if (!Files.isDirectory(folder)) {
            throw new InputError("the delta folder does not exist", folder.toString(), "check the path");
        }
        if (!Files.isRegularFile(file)) {
            boolean model = Files.isRegularFile(folder.resolve("config.json"));
            throw new InputError(
                    model ? "this is a model, not a delta" : "the folder has no " + PretrainedFolder.DELTA,
                    folder.toString(),
                    "name the --output_dir of a training with --export delta");
        }
        var json = StrictJson.read(file);
        var format = json.path("format");
        if (!format.isInt() || format.intValue() != FORMAT) {
            throw new InputError(
                    "the delta has format " + format + ", but this version of Halftune reads format " + FORMAT,
                    file.toString(),
                    "apply it with the version that wrote it");
        }
        if (!(json.get("base") instanceof ObjectNode of)) throw damaged("base", file);
        var ends = new ArrayList<Integer>();
        for (var id : required(json, "eos_token_id", file)) {
            if (!id.isInt()) throw damaged("eos_token_id", file);
            ends.add(id.intValue());
        }
        return new DeltaFile(
                text(of, "name", file),
                text(of, "digest", file),
                texts(of, file),
                text(json, "digest", file),
                dtype(json.get("dtype"), file),
                ends,
                texts(json, file));
    }

    private static Optional<DType> dtype(@Nullable JsonNode node, Path file) {
        if (node == null || node.isNull()) return Optional.empty();
        for (var type : DType.values())
            if (node.isString() && type.name().equals(node.stringValue())) return Optional.of(type);
        throw damaged("dtype", file);
    }

    private static String text(ObjectNode object, String key, Path file) {
        var node = required(object, key, file);
        if (!node.isString()) throw damaged(key, file);
        return node.stringValue();
    }

    private static Map<String, String> texts(ObjectNode object, Path file) {
        if (!(object.get("files") instanceof ObjectNode entries)) throw damaged("files", file);
        var texts = new LinkedHashMap<String, String>();
        for (String name : entries.propertyNames()) texts.put(safe(name, file), text(entries, name, file));
        return texts;
    }

    /** A path from a file must not lead out of the folder. */
    private static String safe(String name, Path file) {
        var path = Path.of(name);
        if (path.isAbsolute() || path.normalize().startsWith("..") || name.isBlank())
            throw damaged("files." + name, file);
        return name;
    }

    private static JsonNode required(ObjectNode object, String key, Path file) {
        var node = object.get(key);
        if (node == null) throw damaged(key, file);
        return node;
    }

    private static InputError damaged(String key, Path file) {
        return new InputError(
                "\"" + key + "\" is missing or invalid", file.toString(), "the delta is damaged: use another copy");
    }
}
