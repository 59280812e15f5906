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
 * A model folder in Hugging Face form, opened and checked: the configuration is one Halftune supports, and the tensors
 * are exactly those it describes. Weights are mapped, not read; {@link #close} unmaps them.
 */
public final class PretrainedFolder implements AutoCloseable {
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
     * Opens a folder.
     *
     * @throws InputError if it is none, lacks a file, its configuration is not supported, or its weights do not fit
     */
    public static PretrainedFolder open(Path path) {
        checkFolder(path);
        var configFile = ConfigFile.read(path.resolve(ConfigFile.NAME));
        var specialIds = specialIds(path, configFile);
        var files = TensorFiles.open(path);
        try {
            var reading = StoredModel.read(path, configFile, files);
            return new PretrainedFolder(path, reading.config(), specialIds, reading.files(), reading.notices());
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /** The architecture; its dtype is the one in which most of the weights are really stored. */
    public LlamaConfig config() {
        return config;
    }

    /** What a user should know of how the folder was read; mostly nothing. */
    public List<String> notices() {
        return notices;
    }

    /**
     * {@code config.json} as it stands in the folder; without the tie, if the head turned out to have weights of its
     * own.
     */
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

    /** All stored tensors in the order of the files, ignored ones included. */
    public List<TensorInfo> tensors() {
        return files.tensors();
    }

    /** What is known of a tensor without reading it. */
    public TensorInfo tensor(String name) {
        return files.info(name);
    }

    /** Stored tensors of types that weights do not have; all are ignored. */
    public List<ForeignTensor> foreignTensors() {
        return files.foreign();
    }

    /** The weight files. */
    public List<Path> weightFiles() {
        return files.paths();
    }

    /**
     * The weights, as stored. Each is scanned for NaN and infinity when it is taken (10 GB/s and more; from several
     * threads at once, if the caller likes), so damaged weights never reach a model.
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
                name + " of shape " + tensor.shape() + " holds " + tensor.get(bad) + " at element " + bad,
                files.pathOf(name).toString(),
                "the file is damaged or its training diverged; use another copy or an earlier checkpoint");
    }

    private static void checkFolder(Path path) {
        if (!Files.exists(path)) {
            throw new InputError("the model folder does not exist", path.toString(), hubHint(path));
        }
        if (!Files.isDirectory(path)) {
            throw new InputError(
                    "this is a file; a model is given by its folder",
                    path.toString(),
                    "give the folder that holds config.json and the weights");
        }
        if (!Files.isRegularFile(path.resolve(ConfigFile.NAME))) {
            throw new InputError(
                    "the folder has no config.json",
                    path.toString(),
                    "give a folder in Hugging Face form: config.json, model.safetensors, tokenizer.json");
        }
    }

    private static String hubHint(Path path) {
        boolean likeHubName = !path.isAbsolute() && path.getNameCount() == 2;
        return likeHubName
                ? "check the path; a name on the Hugging Face Hub must be downloaded first: hf download " + path
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
