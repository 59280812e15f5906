package org.halftune.pretrained;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightStream;
import org.halftune.problem.InputError;
import org.halftune.safetensors.ShardPlan;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Exports a model as a folder in Hugging Face form: weights, {@code config.json}, and the tokenizer and generation
 * files of the folder it came from; unchanged, but for ids that were learnt as an end.
 *
 * <p>A kill at any moment leaves nothing that looks complete and is not: {@link #write} fills a hidden folder beside
 * the target and renames it; {@link #writeInto} writes {@code config.json}, without which no reader takes a folder for
 * a model, last.
 *
 * @param config what {@code config.json} will say
 * @param tensors name, type and shape of every tensor to store
 * @param companions the folder whose tokenizer and generation files are copied; null for none
 * @param maxShardBytes most bytes of weights in one file
 * @param trainedEnds ids that training taught as an end: config and generation file get them where they lack them
 * @param files further files, text by path inside the folder; each takes the place of a companion of its name
 */
public record ModelFolderWriter(
        ConfigFile config,
        List<TensorInfo> tensors,
        @Nullable Path companions,
        long maxShardBytes,
        List<Integer> trainedEnds,
        Map<String, String> files) {
    /** 5 GB, as {@code save_pretrained} of transformers 4 has it. */
    public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

    private static final String GENERATION_CONFIG = "generation_config.json";

    private static final List<String> COMPANIONS = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "tokenizer.model",
            "vocab.json",
            "merges.txt",
            "added_tokens.json",
            "chat_template.jinja",
            GENERATION_CONFIG);

    private static final Pattern WEIGHTS =
            Pattern.compile("model(-\\d+-of-\\d+)?\\.safetensors|model\\.safetensors\\.index\\.json");

    public ModelFolderWriter {
        tensors = List.copyOf(tensors);
        trainedEnds = List.copyOf(trainedEnds);
        files = Map.copyOf(files);
    }

    /** Nothing was learnt as an end, and there are no further files. */
    public ModelFolderWriter(
            ConfigFile config, List<TensorInfo> tensors, @Nullable Path companions, long maxShardBytes) {
        this(config, tensors, companions, maxShardBytes, List.of(), Map.of());
    }

    /** Whether a model folder that this class wrote may hold a file of this name, further {@code files} apart. */
    public static boolean isPart(String name) {
        return name.equals(ConfigFile.NAME)
                || COMPANIONS.contains(name)
                || WEIGHTS.matcher(name).matches();
    }

    /** Writes a model as {@code source} is stored: each tensor in its own type, configuration and companions kept. */
    public static ModelFolderWriter like(PretrainedFolder source) {
        var tensors = ParameterSpec.all(source.config()).stream()
                .map(spec -> source.tensor(spec.name()))
                .toList();
        return new ModelFolderWriter(source.configFile(), tensors, source.path(), DEFAULT_SHARD_BYTES);
    }

    /** Writes a model that came from no folder, in {@code config.dtype()}. */
    public static ModelFolderWriter of(LlamaConfig config, SpecialIds ids, @Nullable Path tokenizerFolder) {
        var tensors = ParameterSpec.all(config).stream()
                .map(spec -> new TensorInfo(spec.name(), config.dtype(), spec.shape()))
                .toList();
        return new ModelFolderWriter(ConfigFile.of(config, ids), tensors, tokenizerFolder, DEFAULT_SHARD_BYTES);
    }

    /** The same with all tensors in {@code dtype}; {@code config.json} says so, unless they were before. */
    public ModelFolderWriter dtype(DType dtype) {
        if (tensors.stream().allMatch(tensor -> tensor.dtype() == dtype)) return this;
        var converted = tensors.stream()
                .map(tensor -> new TensorInfo(tensor.name(), dtype, tensor.shape()))
                .toList();
        return new ModelFolderWriter(config.withDType(dtype), converted, companions, maxShardBytes, trainedEnds, files);
    }

    /** The same with another limit on the size of a weight file. */
    public ModelFolderWriter maxShardBytes(long bytes) {
        return new ModelFolderWriter(config, tensors, companions, bytes, trainedEnds, files);
    }

    /** The same with these files, text by path inside the folder, in place of companions of their names. */
    public ModelFolderWriter files(Map<String, String> texts) {
        return new ModelFolderWriter(config, tensors, companions, maxShardBytes, trainedEnds, texts);
    }

    /** The same for a model that learnt to end with these ids. */
    public ModelFolderWriter trainedEnds(List<Integer> ids) {
        return new ModelFolderWriter(config, tensors, companions, maxShardBytes, ids, files);
    }

    /** What {@link #trainedEnds} change in the files, in one line; empty if they have the ids already. */
    public Optional<String> changedEnds() {
        var ends = new EndTokens(trainedEnds);
        boolean changed = ends.in(config) != config || generation().isPresent();
        if (!changed) return Optional.empty();
        String before = config.specialIds().end().isEmpty()
                ? "none"
                : EndTokens.json(config.specialIds().end());
        return Optional.of("the saved model ends its texts at token " + EndTokens.json(trainedEnds)
                + ", which it learns as the end (eos_token_id; config.json had " + before + ")");
    }

    /** Bytes of weights that will be written. */
    public long bytes() {
        return plan().bytes();
    }

    /**
     * Writes the folder {@code target}: all of it or nothing.
     *
     * @throws InputError if the target is not empty or not writable, the disk is full, or a weight does not fit its
     *     type
     */
    public void write(Path target, WeightStream weights) {
        Path folder = target.toAbsolutePath().normalize();
        OutputFolder.check(folder, bytes());
        Path temporary = AtomicFile.temporaryBeside(folder);
        try {
            Files.createDirectories(temporary);
            writeInto(temporary, weights);
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
            AtomicFile.forceFolder(temporary.resolveSibling("."));
        } catch (InputError e) {
            // Name the folder the user asked for, not the hidden one.
            throw new InputError(e.what(), e.where().replace(temporary.toString(), folder.toString()), e.fix());
        } catch (IOException e) {
            throw FileProblem.writing(target, bytes(), e);
        } finally {
            deleteFolder(temporary);
        }
    }

    /**
     * Writes into a folder that exists and may hold other files, such as a checkpoint that the caller is filling under
     * a temporary name. If it fails, the caller removes the folder.
     *
     * @throws InputError if the folder holds a model already, the disk is full, or a weight does not fit its type
     */
    public void writeInto(Path folder, WeightStream weights) {
        Path configPath = folder.resolve(ConfigFile.NAME);
        if (Files.exists(configPath)) {
            throw new InputError("the folder holds a model already", folder.toString(), "choose another folder");
        }
        for (String name : COMPANIONS) if (!files.containsKey(name)) copyCompanion(name, folder);
        generation().ifPresent(text -> AtomicFile.write(folder.resolve(GENERATION_CONFIG), text));
        files.forEach((name, text) -> writeText(folder.resolve(name), text));
        plan().write(folder, weights::get);
        AtomicFile.write(configPath, new EndTokens(trainedEnds).in(config).text());
    }

    /** {@code generation_config.json}, if it changes. */
    private Optional<String> generation() {
        if (companions == null) return Optional.empty();
        Path file = companions.resolve(GENERATION_CONFIG);
        try {
            Optional<String> text = Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
            return new EndTokens(trainedEnds).inGeneration(text, config, file.toString());
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }

    private ShardPlan plan() {
        return ShardPlan.of(tensors, maxShardBytes);
    }

    private void copyCompanion(String name, Path folder) {
        if (companions == null) return;
        Path source = companions.resolve(name);
        if (Files.isRegularFile(source)) AtomicFile.copy(source, folder.resolve(name));
    }

    private static void writeText(Path file, String text) {
        try {
            Files.createDirectories(file.resolveSibling("."));
        } catch (IOException e) {
            throw FileProblem.writing(file, text.length(), e);
        }
        AtomicFile.write(file, text);
    }

    private static void deleteFolder(Path folder) {
        if (!Files.exists(folder)) return; // renamed: all went well
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException | UncheckedIOException e) {
            // The error that brought us here is the one to report.
        }
    }
}
