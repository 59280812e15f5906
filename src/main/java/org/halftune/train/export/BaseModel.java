package org.halftune.train.export;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.WeightSource;
import org.halftune.pretrained.ConfigFile;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.safetensors.TensorInfo;
import org.halftune.session.StartingWeights;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.TrainingArguments;

/** The model that a run starts from: a folder's weights, or random weights with its {@code config.json}. */
public sealed interface BaseModel extends AutoCloseable {

    LlamaConfig config();

    StartingWeights start();

    /** The tensors of the folder's files; empty for random weights. */
    Optional<WeightSource> source();

    /** A writer with the dtypes and shards of the base model. */
    ModelFolderWriter writer();

    /** Notices about how the folder was read. */
    List<String> notices();

    /** The dtypes besides F32 that store a frozen parameter exactly. */
    List<DType> exactTypes(String name);

    /** Identifies this model, from a sample of the weights. */
    String fingerprint();

    @Override
    void close();

    static BaseModel open(TrainingArguments.Model flags, long seed) {
        return flags.fromScratch()
                ? Fresh.open(flags.path(), seed)
                : new Pretrained(PretrainedFolder.open(flags.path()));
    }

    /** Weights from a folder. */
    record Pretrained(PretrainedFolder folder) implements BaseModel {
        private static final long SAMPLE_BYTES = 4096;

        @Override
        public LlamaConfig config() {
            return folder.config();
        }

        @Override
        public StartingWeights start() {
            return new StartingWeights.Stored(folder.source());
        }

        @Override
        public Optional<WeightSource> source() {
            return Optional.of(folder.source());
        }

        @Override
        public ModelFolderWriter writer() {
            return ModelFolderWriter.like(folder);
        }

        @Override
        public List<String> notices() {
            return folder.notices();
        }

        @Override
        public List<DType> exactTypes(String name) {
            return List.of(folder.tensor(name).dtype());
        }

        @Override
        public String fingerprint() {
            MessageDigest digest = Digests.sha256();
            for (var spec : ParameterSpec.all(config())) {
                var tensor = folder.source().get(spec.name());
                digest.update((spec.name() + tensor.dtype() + tensor.shape()).getBytes(StandardCharsets.UTF_8));
                long bytes = Math.min(SAMPLE_BYTES, tensor.data().byteSize());
                digest.update(tensor.data().asSlice(0, bytes).asByteBuffer());
                digest.update(tensor.data()
                        .asSlice(tensor.data().byteSize() - bytes, bytes)
                        .asByteBuffer());
            }
            return "with weights " + Digests.brief(digest);
        }

        @Override
        public void close() {
            folder.close();
        }
    }

    /** Random weights. */
    record Fresh(Path path, ConfigFile configFile, long seed) implements BaseModel {

        static Fresh open(Path path, long seed) {
            return new Fresh(path, ConfigFile.read(path.resolve(ConfigFile.NAME)), seed);
        }

        @Override
        public LlamaConfig config() {
            return configFile.config();
        }

        @Override
        public StartingWeights start() {
            return new StartingWeights.Drawn(seed);
        }

        @Override
        public Optional<WeightSource> source() {
            return Optional.empty();
        }

        @Override
        public ModelFolderWriter writer() {
            var tensors = ParameterSpec.all(config()).stream()
                    .map(spec -> new TensorInfo(spec.name(), config().dtype(), spec.shape()))
                    .toList();
            return new ModelFolderWriter(configFile, tensors, path, ModelFolderWriter.DEFAULT_SHARD_BYTES);
        }

        @Override
        public List<String> notices() {
            return List.of();
        }

        /** Random values use all bits of F32. */
        @Override
        public List<DType> exactTypes(String name) {
            return List.of();
        }

        @Override
        public String fingerprint() {
            return "from scratch with seed " + seed;
        }

        @Override
        public void close() {}
    }

    /** The writer for {@code --save_dtype}; without it, in the dtypes of the base model. */
    default ModelFolderWriter writer(Optional<TrainingArguments.SaveType> type) {
        return type.map(chosen -> writer().dtype(chosen.dtype())).orElseGet(this::writer);
    }
}
