package org.halftune.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.halftune.Fixtures;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.tensor.HostTensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One fixture: the model, what is expected, and its three batches. A stored result is a sample of every stride-th element. */
record Fixture(PretrainedFolder folder, JsonNode expected, Path tensors) implements AutoCloseable {
    static Fixture open(String name) {
        var json = JsonMapper.shared()
                .readTree(Fixtures.path(name + "/expected.json").toFile());
        var results = json.has("same_as") ? json.get("same_as").asString() : name;
        return new Fixture(
                PretrainedFolder.open(Fixtures.model(name)),
                JsonMapper.shared()
                        .readTree(Fixtures.path(results + "/expected.json").toFile()),
                Fixtures.path(results + "/expected.safetensors"));
    }

    LlamaConfig config() {
        return folder.config();
    }

    Batch batch(int step) {
        return Batch.of(rows(expected.at("/sft/input_ids/" + step)), rows(expected.at("/sft/labels/" + step)));
    }

    private static List<int[]> rows(JsonNode rows) {
        var all = new ArrayList<int[]>();
        for (var row : rows) all.add(row.valueStream().mapToInt(JsonNode::asInt).toArray());
        return all;
    }

    Set<String> names(String field) {
        var names = new LinkedHashSet<String>();
        for (var name : expected.at(field)) names.add(name.asString());
        return names;
    }

    float[] tensor(String name) {
        try (var file = SafetensorsFile.open(tensors)) {
            return file.get(name).toFloats();
        }
    }

    int stride(String kind, String name) {
        return expected.at("/digests/" + kind + "/" + name + "/stride").asInt();
    }

    @Override
    public void close() {
        folder.close();
    }

    Capacity capacity() {
        return new Capacity(batch(0).tokenCount(), batch(0).sequenceCount());
    }

    Set<String> everything() {
        var names = new LinkedHashSet<String>();
        for (var spec : ParameterSpec.all(config())) names.add(spec.name());
        return names;
    }

    /** The elements of {@code actual} that the stored result has. */
    float[] sample(String kind, String name, HostTensor actual) {
        var sampled = new float[tensor(kind + "." + name).length];
        for (int i = 0; i < sampled.length; i++) sampled[i] = actual.get((long) i * stride(kind, name));
        return sampled;
    }
}
