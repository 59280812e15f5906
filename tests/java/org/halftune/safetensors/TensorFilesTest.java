package org.halftune.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.Fixtures;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFilesTest {
    @TempDir
    Path folder;

    @Test
    void shardsHaveTheSameTensorsAsASingleFile() {
        try (var sharded = TensorFiles.open(Fixtures.model("sharded"));
                var single = TensorFiles.open(Fixtures.model("mha-untied"))) {
            assertThat(sharded.paths()).hasSize(3);
            assertThat(sharded.tensors()).containsExactlyInAnyOrderElementsOf(single.tensors());
            for (var tensor : single.tensors()) {
                var expected = single.get(tensor.name()).data();
                assertThat(sharded.get(tensor.name()).data().mismatch(expected)).isEqualTo(-1);
            }
        }
    }

    @Test
    void writtenShardsAreNamedAndIndexedAsHuggingFaceDoes() {
        try (var original = TensorFiles.open(Fixtures.model("mha-untied"))) {
            var plan = ShardPlan.of(original.tensors(), 250_000);
            plan.write(folder, original::get);
            int n = plan.shards().size();
            assertThat(n).isGreaterThan(2);
            assertThat(plan.fileName(0)).isEqualTo("model-00001-of-%05d.safetensors".formatted(n));
            var index = StrictJson.read(folder.resolve(ShardPlan.INDEX));
            var expected = StrictJson.read(Fixtures.model("sharded").resolve(ShardPlan.INDEX));
            assertThat(index.get("metadata")).isEqualTo(expected.get("metadata"));
            assertThat(index.get("weight_map").propertyNames())
                    .containsExactlyElementsOf(expected.get("weight_map").propertyNames());
            try (var read = TensorFiles.open(folder)) {
                for (var tensor : original.tensors()) {
                    var bits = original.get(tensor.name()).data();
                    assertThat(read.get(tensor.name()).data().mismatch(bits)).isEqualTo(-1);
                    assertThat(index.get("weight_map").get(tensor.name()).stringValue())
                            .isEqualTo(read.pathOf(tensor.name()).getFileName().toString());
                }
            }
        }
    }

    @Test
    void shardsAreFilledToTheLimitAndALargeTensorGetsItsOwn() {
        var plan = ShardPlan.of(List.of(floats("a", 2), floats("b", 3), floats("giant", 9), floats("c", 5)), 20);
        assertThat(plan.shards())
                .extracting(shard -> shard.stream().map(TensorInfo::name).toList())
                .containsExactly(List.of("a", "b"), List.of("giant"), List.of("c"));
        assertThat(ShardPlan.of(List.of(floats("a", 2)), 1).fileName(0)).isEqualTo("model.safetensors");
    }

    @Test
    void missingShardIsNamed() throws IOException {
        Fixtures.copyModel("sharded", folder);
        Files.delete(folder.resolve("model-00002-of-00003.safetensors"));
        assertRefused("the shard model-00002-of-00003.safetensors is missing");
    }

    @Test
    void indexThatDoesNotMatchItsShardsIsRefused() throws IOException {
        Fixtures.copyModel("sharded", folder);
        editIndex("\"lm_head.weight\": \"model-00001-of", "\"lm_head.weight\": \"model-00002-of");
        assertRefused("lm_head.weight should be in model-00002-of-00003.safetensors but is in model-00001-of");
    }

    @Test
    void tensorMissingInTheIndexIsRefused() throws IOException {
        Fixtures.copyModel("sharded", folder);
        editIndex("\"lm_head.weight\": \"model-00001-of-00003.safetensors\",", "");
        assertRefused("lm_head.weight is in model-00001-of-00003.safetensors but not in the index");
    }

    @Test
    void indexMustNotPointOutsideTheFolder() throws IOException {
        Fixtures.copyModel("sharded", folder);
        editIndex("\"lm_head.weight\": \"", "\"lm_head.weight\": \"../");
        assertRefused("not the name of a .safetensors file in the same folder");
    }

    @Test
    void indexWithoutWeightMapIsRefused() throws IOException {
        Files.writeString(folder.resolve(ShardPlan.INDEX), "{\"weight_map\": {}}");
        assertRefused("has no weight_map");
    }

    @Test
    void oneTensorInTwoShardsIsRefused() throws IOException {
        Fixtures.copyModel("sharded", folder);
        SafetensorsWriter.write(
                folder.resolve("z.safetensors"),
                List.of(floats("model.norm.weight", 1)),
                _ -> HostTensor.of(Shape.of(1), 1f));
        editIndex("\"lm_head.weight\": \"model-00001-of-00003.safetensors\"", "\"lm_head.weight\": \"z.safetensors\"");
        assertRefused("model.norm.weight is in two files");
    }

    @Test
    void weightsInOtherFormatsAreNamedWithAFix() throws IOException {
        assertRefused("has neither model.safetensors nor model.safetensors.index.json");
        Files.createFile(folder.resolve("adapter_model.safetensors"));
        assertRefused("merge_and_unload");
        Files.createFile(folder.resolve("pytorch_model.bin"));
        assertRefused("AutoModelForCausalLM.from_pretrained(DIR).save_pretrained(NEW_DIR)");
    }

    private void editIndex(String old, String replacement) throws IOException {
        Path index = folder.resolve(ShardPlan.INDEX);
        String text = Files.readString(index);
        assertThat(text).contains(old);
        Files.writeString(index, text.replace(old, replacement));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> TensorFiles.open(folder))
                .isInstanceOf(InputError.class)
                .hasMessageContaining(message)
                .hasMessageContaining(folder.toString());
    }

    private static TensorInfo floats(String name, long elements) {
        return new TensorInfo(name, DType.F32, Shape.of(elements));
    }
}
