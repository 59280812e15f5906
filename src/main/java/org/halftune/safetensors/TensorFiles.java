package org.halftune.safetensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.halftune.files.FileProblem;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.halftune.tensor.HostTensor;
import tools.jackson.databind.node.ObjectNode;

/**
 * All tensors of a folder, from {@code model.safetensors} or from the shards of an index. A prefix that all names in
 * the files have can be hidden.
 */
public final class TensorFiles implements AutoCloseable {
    private static final String WEIGHT_MAP = "weight_map";

    private final List<SafetensorsFile> files;
    private final String prefix;
    private final List<String> absent;
    private final Map<String, SafetensorsFile> holder = new LinkedHashMap<>();

    /**
     * @param prefix prefix of the names in the files
     * @param absent names in the index that no file has
     */
    private TensorFiles(List<SafetensorsFile> files, String prefix, List<String> absent) {
        this.files = List.copyOf(files);
        this.prefix = prefix;
        this.absent = List.copyOf(absent);
        for (var file : files) {
            for (var tensor : file.tensors()) {
                var other = holder.putIfAbsent(tensor.name(), file);
                if (other != null) {
                    throw new InputError(
                            tensor.name() + " is in two files, "
                                    + other.path().getFileName() + " and "
                                    + file.path().getFileName(),
                            String.valueOf(file.path().getParent()),
                            "the shards belong to different exports: download the model again");
                }
            }
        }
    }

    /**
     * Opens the weights of {@code folder}. If there are both a single file and an index, the single file is used, as in
     * transformers.
     *
     * @throws InputError if there are no weights, a shard is missing, or index and shards do not match
     */
    public static TensorFiles open(Path folder) {
        Path single = folder.resolve(ShardPlan.SINGLE);
        Path index = folder.resolve(ShardPlan.INDEX);
        if (Files.exists(single)) return open(List.of(single), Map.of(), index);
        if (!Files.exists(index)) throw noWeights(folder);
        Map<String, String> map = weightMap(index);
        var shards = map.values().stream().distinct().sorted().toList();
        for (String shard : shards) {
            if (!Files.exists(folder.resolve(shard))) {
                throw new InputError(
                        "the shard " + shard + " is missing; " + ShardPlan.INDEX + " lists "
                                + (shards.size() == 1 ? "1 shard" : shards.size() + " shards"),
                        folder.toString(),
                        "download the missing file");
            }
        }
        return open(shards.stream().map(folder::resolve).toList(), map, index);
    }

    private static TensorFiles open(List<Path> paths, Map<String, String> map, Path index) {
        var opened = new ArrayList<SafetensorsFile>();
        try {
            for (var path : paths) opened.add(SafetensorsFile.open(path));
            var files = new TensorFiles(opened, "", List.of());
            if (!map.isEmpty()) files.checkIndex(map, index);
            return new TensorFiles(
                    opened, "", map.keySet().stream().filter(files::lacks).toList());
        } catch (RuntimeException | Error e) {
            opened.forEach(SafetensorsFile::close);
            throw e;
        }
    }

    /** The same files with {@code prefix} hidden from the names. Both share the mapping; close only one of them. */
    public TensorFiles withPrefix(String prefix) {
        return new TensorFiles(files, prefix, absent);
    }

    /** All tensors in the order of the files; names without the prefix. */
    public List<TensorInfo> tensors() {
        return files.stream()
                .flatMap(file -> file.tensors().stream())
                .map(info -> new TensorInfo(shortName(info.name()), info.dtype(), info.shape()))
                .toList();
    }

    /** All tensors of unsupported types. */
    public List<ForeignTensor> foreign() {
        return files.stream()
                .flatMap(file -> file.foreign().stream())
                .map(tensor -> new ForeignTensor(shortName(tensor.name()), tensor.dtype(), tensor.shape()))
                .toList();
    }

    /** Names in the index that no file has. */
    public List<String> absent() {
        return absent.stream().map(this::shortName).toList();
    }

    public boolean has(String name) {
        return holder.containsKey(prefix + name);
    }

    /** Name, type and shape of a tensor. */
    public TensorInfo info(String name) {
        var stored = file(name).info(prefix + name);
        return new TensorInfo(name, stored.dtype(), stored.shape());
    }

    /** The tensor, a view of its mapped file until {@link #close}. */
    public HostTensor get(String name) {
        return file(name).get(prefix + name);
    }

    /** Path of the file that contains a tensor. */
    public Path pathOf(String name) {
        return file(name).path();
    }

    /** All files, sorted by name. */
    public List<Path> paths() {
        return files.stream().map(SafetensorsFile::path).toList();
    }

    private SafetensorsFile file(String name) {
        var file = holder.get(prefix + name);
        if (file == null) {
            throw new InputError(
                    "there is no tensor " + name,
                    String.valueOf(files.getFirst().path().getParent()),
                    "");
        }
        return file;
    }

    /** Unmaps all files. */
    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }

    private String shortName(String stored) {
        return stored.startsWith(prefix) ? stored.substring(prefix.length()) : stored;
    }

    private boolean lacks(String name) {
        return !holder.containsKey(name)
                && files.stream()
                        .flatMap(file -> file.foreign().stream())
                        .noneMatch(tensor -> tensor.name().equals(name));
    }

    /** Checks the index. Names that no file has are an error only if the model needs them. */
    private void checkIndex(Map<String, String> map, Path index) {
        map.forEach((name, shard) -> {
            var file = holder.get(name);
            if (file != null && !file.path().endsWith(shard)) {
                throw disagree(
                        index,
                        name + " should be in " + shard + " but is in "
                                + file.path().getFileName());
            }
        });
        holder.forEach((name, file) -> {
            if (!map.containsKey(name)) {
                throw disagree(index, name + " is in " + file.path().getFileName() + " but not in the index");
            }
        });
    }

    private static InputError disagree(Path index, String what) {
        return new InputError(
                what, index.toString(), "index and shards belong to different exports: download both again");
    }

    private static Map<String, String> weightMap(Path index) {
        if (!(StrictJson.read(index).get(WEIGHT_MAP) instanceof ObjectNode object) || object.isEmpty()) {
            throw new InputError(
                    "the index has no weight_map of tensor names to files", index.toString(), "download it again");
        }
        var map = new TreeMap<String, String>();
        for (var property : object.properties()) {
            String shard = property.getValue().stringValue("");
            // A name with a separator could point outside the folder.
            if (!shard.endsWith(".safetensors")
                    || shard.contains("/")
                    || shard.contains("\\")
                    || shard.contains("\0")) {
                throw new InputError(
                        WEIGHT_MAP + "." + property.getKey() + " is " + property.getValue()
                                + ", not the name of a .safetensors file in the same folder",
                        index.toString(),
                        "download it again");
            }
            map.put(property.getKey(), shard);
        }
        return map;
    }

    private static InputError noWeights(Path folder) {
        List<String> others;
        try (var files = Files.list(folder)) {
            others = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".bin")
                            || name.endsWith(".pth")
                            || name.endsWith(".gguf")
                            || name.endsWith(".safetensors")
                            || name.endsWith(".pt"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return FileProblem.reading(folder, e);
        }
        String what = "the folder has neither " + ShardPlan.SINGLE + " nor " + ShardPlan.INDEX;
        if (others.stream().anyMatch(name -> name.startsWith("pytorch_model") && name.endsWith(".bin"))) {
            return new InputError(
                    what + ", only weights in PyTorch's format (" + list(others) + ")",
                    folder.toString(),
                    "convert them in Python: AutoModelForCausalLM.from_pretrained(DIR).save_pretrained(NEW_DIR)");
        }
        if (others.stream().anyMatch(name -> name.startsWith("adapter_model"))) {
            return new InputError(
                    what + ", only an adapter (" + list(others) + ")",
                    folder.toString(),
                    "merge it into its base model in Python: PeftModel.from_pretrained(BASE, DIR).merge_and_unload()"
                            + ".save_pretrained(NEW_DIR)");
        }
        String found = others.isEmpty() ? "" : "; it has " + list(others);
        return new InputError(
                what + found, folder.toString(), "use a Hugging Face folder with config.json and safetensors files");
    }

    private static String list(List<String> names) {
        return names.stream().limit(3).collect(Collectors.joining(", ")) + (names.size() > 3 ? ", …" : "");
    }
}
