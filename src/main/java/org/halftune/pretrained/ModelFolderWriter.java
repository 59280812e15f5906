package org.halftune.pretrained;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightStream;
import org.halftune.problem.DiskFailure;
import org.halftune.problem.InputError;
import org.halftune.safetensors.ShardPlan;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Exports a model as a Hugging Face folder: weights, {@code config.json}, and the tokenizer and generation files of the
 * original folder. Those are unchanged, except for end tokens that were trained on.
 *
 * <p>An interrupted export never looks like a complete model: {@link #write} fills a hidden folder next to the target
 * and renames it; {@link #writeInto} writes {@code config.json} last, without which no reader accepts the folder.
 *
 * @param config the {@code config.json} to write
 * @param tensors name, type and shape of every tensor to write
 * @param companions the folder from which tokenizer and generation files are copied; null for none
 * @param maxShardBytes maximum size of a weight file
 * @param trainedEnds end tokens that were trained on; they are added to config and generation file if missing
 * @param files additional files, content by path within the folder; they replace companions of the same name
 */
public record ModelFolderWriter(
        ConfigFile config,
        List<TensorInfo> tensors,
        @Nullable Path companions,
        long maxShardBytes,
        List<Integer> trainedEnds,
        Map<String, String> files) {
    /** 5 GB, as in {@code save_pretrained} of transformers 4. */
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

    /** Without trained end tokens and additional files. */
    public ModelFolderWriter(
            ConfigFile config, List<TensorInfo> tensors, @Nullable Path companions, long maxShardBytes) {
        this(config, tensors, companions, maxShardBytes, List.of(), Map.of());
    }

    /** Whether this class may write a file of this name, not counting additional {@code files}. */
    public static boolean isPart(String name) {
        return name.equals(ConfigFile.NAME)
                || COMPANIONS.contains(name)
                || WEIGHTS.matcher(name).matches();
    }

    /** SHA-256 of the files of {@code folder} that an export takes over besides weights, in hexadecimal, by name. */
    public static Map<String, String> digests(Path folder) {
        Map<String, String> digests = new LinkedHashMap<>();
        for (String name :
                Stream.concat(Stream.of(ConfigFile.NAME), COMPANIONS.stream()).toList()) {
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) continue;
            try {
                digests.put(name, ContentDigest.of(MemorySegment.ofArray(Files.readAllBytes(file))));
            } catch (IOException e) {
                throw FileProblem.reading(file, e);
            }
        }
        return digests;
    }

    /**
     * Writes a model like {@code source}: each tensor in its stored type, with the same configuration and companions.
     */
    public static ModelFolderWriter like(PretrainedFolder source) {
        var tensors = ParameterSpec.all(source.config()).stream()
                .map(spec -> source.tensor(spec.name()))
                .toList();
        return new ModelFolderWriter(source.configFile(), tensors, source.path(), DEFAULT_SHARD_BYTES);
    }

    /** Writes a new model in {@code config.dtype()}. */
    public static ModelFolderWriter of(LlamaConfig config, SpecialIds ids, @Nullable Path tokenizerFolder) {
        var tensors = ParameterSpec.all(config).stream()
                .map(spec -> new TensorInfo(spec.name(), config.dtype(), spec.shape()))
                .toList();
        return new ModelFolderWriter(ConfigFile.of(config, ids), tensors, tokenizerFolder, DEFAULT_SHARD_BYTES);
    }

    /** With all tensors in {@code dtype}. {@code config.json} changes only if a tensor had another type. */
    public ModelFolderWriter dtype(DType dtype) {
        if (tensors.stream().allMatch(tensor -> tensor.dtype() == dtype)) return this;
        var converted = tensors.stream()
                .map(tensor -> new TensorInfo(tensor.name(), dtype, tensor.shape()))
                .toList();
        return new ModelFolderWriter(config.withDType(dtype), converted, companions, maxShardBytes, trainedEnds, files);
    }

    /** With another maximum size of a weight file. */
    ModelFolderWriter maxShardBytes(long bytes) {
        return new ModelFolderWriter(config, tensors, companions, bytes, trainedEnds, files);
    }

    /** With these additional files, content by path within the folder. They replace companions of the same name. */
    public ModelFolderWriter files(Map<String, String> texts) {
        return new ModelFolderWriter(config, tensors, companions, maxShardBytes, trainedEnds, texts);
    }

    /** With these end tokens, which were trained on. */
    public ModelFolderWriter trainedEnds(List<Integer> ids) {
        return new ModelFolderWriter(config, tensors, companions, maxShardBytes, ids, files);
    }

    /** One line about the changes that {@link #trainedEnds} make; empty if the files already have the ids. */
    public Optional<String> changedEnds() {
        var ends = new EndTokens(trainedEnds);
        boolean changed = ends.in(config) != config || generation().isPresent();
        if (!changed) return Optional.empty();
        String before = config.specialIds().end().isEmpty()
                ? "none"
                : EndTokens.json(config.specialIds().end());
        return Optional.of("eos_token_id of the saved model is set to " + EndTokens.json(trainedEnds)
                + ", which is trained as the end token (config.json had " + before + ")");
    }

    /** Total size of the weight files in bytes. */
    public long bytes() {
        return plan().bytes();
    }

    /**
     * Writes the folder {@code target} atomically.
     *
     * @throws InputError if the target is not empty or not writable, or a weight does not fit its type
     * @throws DiskFailure if the disk is full
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
            // Name the user's folder, not the hidden one.
            throw new InputError(e.what(), e.where().replace(temporary.toString(), folder.toString()), e.fix());
        } catch (DiskFailure e) {
            throw e.at(e.where().replace(temporary.toString(), folder.toString()));
        } catch (IOException e) {
            throw FileProblem.writing(target, bytes(), e);
        } finally {
            deleteFolder(temporary);
        }
    }

    /**
     * Writes into an existing folder, which may have other files, such as a checkpoint under a temporary name. On
     * failure the caller removes the folder.
     *
     * @throws InputError if the folder already has a model, or a weight does not fit its type
     * @throws DiskFailure if the disk is full
     */
    public void writeInto(Path folder, WeightStream weights) {
        Path configPath = folder.resolve(ConfigFile.NAME);
        if (Files.exists(configPath)) {
            throw new InputError("the folder already has a model", folder.toString(), "choose another folder");
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
        if (!Files.exists(folder)) return; // was renamed
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException | UncheckedIOException e) {
            // Report the original error instead.
        }
    }
}
