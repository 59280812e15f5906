package org.halftune.safetensors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import org.halftune.files.AtomicFile;
import org.halftune.files.StrictJson;
import org.halftune.tensor.TensorStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assigns tensors to files, as Hugging Face does: in order, with a new shard when the next tensor would exceed the
 * limit. A single shard is {@code model.safetensors}; several are {@code model-00001-of-0000N…} and an index.
 *
 * @param shards the tensors of each file, never empty
 */
public record ShardPlan(List<List<TensorInfo>> shards) {
    /** Name of the weight file of a model that is not sharded. */
    public static final String SINGLE = "model.safetensors";
    /** Name of the index of shards. */
    public static final String INDEX = "model.safetensors.index.json";

    /** @param maxShardBytes maximum bytes of elements per file; a larger tensor gets its own file */
    public static ShardPlan of(List<TensorInfo> tensors, long maxShardBytes) {
        if (maxShardBytes < 1) throw new IllegalArgumentException("maxShardBytes " + maxShardBytes);
        var shards = new ArrayList<List<TensorInfo>>();
        var shard = new ArrayList<TensorInfo>();
        long bytes = 0;
        for (var tensor : tensors) {
            if (!shard.isEmpty() && bytes + tensor.bytes() > maxShardBytes) {
                shards.add(List.copyOf(shard));
                shard.clear();
                bytes = 0;
            }
            shard.add(tensor);
            bytes += tensor.bytes();
        }
        shards.add(List.copyOf(shard));
        return new ShardPlan(List.copyOf(shards));
    }

    /** File name of shard {@code i}, from 0. */
    public String fileName(int i) {
        if (shards.size() == 1) return SINGLE;
        return String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
    }

    /** Total size of the weight files without the index. */
    public long bytes() {
        return shards.stream().mapToLong(SafetensorsWriter::size).sum();
    }

    /** Writes all shards, each atomically, and then the index. So a folder with an index has all shards. */
    public void write(Path folder, Function<String, ? extends TensorStream> content) {
        for (int i = 0; i < shards.size(); i++) {
            SafetensorsWriter.write(folder.resolve(fileName(i)), shards.get(i), content);
        }
        if (shards.size() > 1) AtomicFile.write(folder.resolve(INDEX), StrictJson.print(index()));
    }

    private ObjectNode index() {
        ObjectNode index = StrictJson.object();
        long parameters = 0;
        long bytes = 0;
        var files = new TreeMap<String, String>();
        for (int i = 0; i < shards.size(); i++) {
            for (var tensor : shards.get(i)) {
                parameters += tensor.shape().elements();
                bytes += tensor.bytes();
                files.put(tensor.name(), fileName(i));
            }
        }
        index.putObject("metadata").put("total_parameters", parameters).put("total_size", bytes);
        ObjectNode map = index.putObject("weight_map");
        files.forEach(map::put);
        return index;
    }
}
