package org.halftune.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.files.StrictJson;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightSource;
import org.halftune.problem.InputError;
import org.halftune.safetensors.ForeignTensor;
import org.halftune.safetensors.TensorFiles;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * An open Hugging Face model folder, checked: the configuration is supported, and the tensors are exactly those it
 * describes. Weights are memory-mapped; {@link #close} unmaps them.
 */
public final class PretrainedFolder implements AutoCloseable {
    /** The file that makes a folder a delta, which is not a model. */
    public static final String DELTA = "delta.json";

    private static final String GENERATION_CONFIG = "generation_config.json";

    private final Path path;
    private final ConfigFile configFile;
    private final LlamaConfig config;
    private final SpecialIds specialIds;
    private final TensorFiles files;
    private final List<String> notices;

    private PretrainedFolder(
            Path path, ConfigFile configFile, SpecialIds specialIds, TensorFiles files, List<String> notices) {
        this.path = path;
        this.configFile = configFile;
        this.config = ConfigFile.with(configFile.config(), prevailingType(configFile.config(), files));
        this.specialIds = specialIds;
        this.files = files;
        this.notices = List.copyOf(notices);
    }

    /**
     * Opens a model folder.
     *
     * @throws InputError if it is not a folder, a file is missing, the configuration is not supported, or the weights
     *     do not match it
     */
    public static PretrainedFolder open(Path path) {
        checkFolder(path);
        var configFile = ConfigFile.read(path.resolve(ConfigFile.NAME));
        var specialIds = specialIds(path, configFile);
        var files = TensorFiles.open(path);
        try {
            var stored = StoredModel.read(path, configFile, files);
            return new PretrainedFolder(path, stored.config(), specialIds, stored.files(), stored.notices());
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /** The folder's name without those above it, which may be private. */
    public String name() {
        var name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? path.toString() : name.toString();
    }

    /** The architecture; its dtype is the type in which most of the weights are stored. */
    public LlamaConfig config() {
        return config;
    }

    /** Notices for the user about unusual contents; usually none. */
    public List<String> notices() {
        return notices;
    }

    /** The folder's {@code config.json}; with {@code tie_word_embeddings} false if the head has its own weights. */
    public ConfigFile configFile() {
        return configFile;
    }

    public SpecialIds specialIds() {
        return specialIds;
    }

    /** {@code tokenizer.json}, if the folder has one. */
    public Optional<Path> tokenizer() {
        return Optional.of(path.resolve("tokenizer.json")).filter(Files::isRegularFile);
    }

    /** All stored tensors in the order of the files, including ignored ones. */
    public List<TensorInfo> tensors() {
        return files.tensors();
    }

    /** Name, type and shape of a tensor. */
    public TensorInfo tensor(String name) {
        return files.info(name);
    }

    /** Stored tensors of unsupported types, which are ignored. */
    public List<ForeignTensor> foreignTensors() {
        return files.foreign();
    }

    /** The weight files. */
    public List<Path> weightFiles() {
        return files.paths();
    }

    /**
     * The weights as stored. Each tensor is scanned for NaN and infinity when it is read, so damaged weights never
     * reach a model. Thread-safe.
     */
    public WeightSource source() {
        return this::finite;
    }

    /** Unmaps the weights: tensors taken from {@link #source} must no longer be used. */
    @Override
    public void close() {
        files.close();
    }

    private HostTensor finite(String name) {
        var tensor = files.get(name);
        long bad = FiniteScan.firstNonFinite(tensor);
        if (bad < 0) return tensor;
        throw new InputError(
                name + " of shape " + tensor.shape() + " has the value " + tensor.get(bad) + " at element " + bad,
                files.pathOf(name).toString(),
                "the file is damaged or the training diverged: use another copy or an earlier checkpoint");
    }

    private static void checkFolder(Path path) {
        if (!Files.exists(path)) {
            throw new InputError("the model folder does not exist", path.toString(), hubHint(path));
        }
        if (!Files.isDirectory(path)) {
            throw new InputError(
                    "this is a file, not a model folder",
                    path.toString(),
                    "use the folder that contains config.json and the weights");
        }
    }

    private static String hubHint(Path path) {
        boolean likeHubName = !path.isAbsolute() && path.getNameCount() == 2;
        return likeHubName
                ? "check the path; a model of the Hugging Face Hub must be downloaded first: hf download " + path
                        + " --local-dir DIR"
                : "check the path";
    }

    private static SpecialIds specialIds(Path folder, ConfigFile config) {
        Path file = folder.resolve(GENERATION_CONFIG);
        if (!Files.exists(file)) return config.specialIds();
        var fields = new Fields(StrictJson.read(file), file.toString());
        return SpecialIds.read(fields).orElse(config.specialIds());
    }

    private static DType prevailingType(LlamaConfig config, TensorFiles files) {
        Map<DType, Long> bytes = new EnumMap<>(DType.class);
        for (var spec : ParameterSpec.all(config)) {
            var tensor = files.info(spec.name());
            bytes.merge(tensor.dtype(), tensor.bytes(), Long::sum);
        }
        return bytes.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .orElseThrow()
                .getKey();
    }
}
