package org.halftune.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.halftune.Fixtures;
import org.halftune.SharedFolder;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;
import org.halftune.safetensors.SafetensorsFile;
import org.halftune.safetensors.SafetensorsWriter;
import org.halftune.safetensors.TensorInfo;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class PretrainedFolderTest {
    static final List<String> FIXTURES = Fixtures.ALL;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @FieldSource("FIXTURES")
    void everyParameterOfTheConfigurationIsFound(String name) {
        try (var model = PretrainedFolder.open(Fixtures.model(name))) {
            FiniteCheck.of(model);
            for (var spec : ParameterSpec.all(model.config())) {
                assertThat(model.source().get(spec.name()).shape()).isEqualTo(spec.shape());
            }
            assertThat(model.specialIds().begin()).isEqualTo(OptionalInt.of(1));
            assertThat(model.specialIds().end()).isEqualTo(List.of(2));
            assertThat(model.tokenizer()).isEmpty();
        }
    }

    @Test
    void dtypeIsThatOfTheStoredWeights() throws IOException {
        Path folder = Fixtures.copyModel("mha-untied", temporary.resolve("m"));
        edit(folder.resolve("config.json"), "\"float32\"", "\"bfloat16\"");
        try (var model = PretrainedFolder.open(folder)) {
            assertThat(model.config().dtype()).isEqualTo(DType.F32);
            assertThat(model.configFile().config().dtype()).isEqualTo(DType.BF16);
        }
    }

    @Test
    void generationConfigHasPriorityOverConfig() throws IOException {
        Path folder = Fixtures.copyModel("mha-untied", temporary.resolve("m"));
        Files.writeString(
                folder.resolve("generation_config.json"), "{\"eos_token_id\": [5, 6], \"pad_token_id\": null}");
        try (var model = PretrainedFolder.open(folder)) {
            assertThat(model.specialIds())
                    .isEqualTo(new SpecialIds(OptionalInt.of(1), List.of(5, 6), OptionalInt.empty()));
        }
    }

    @Test
    void otherFoldersAndFilesAreAClearError() throws IOException {
        assertRefused(temporary.resolve("absent"), "the model folder does not exist");
        assertRefused(Path.of("some-owner/some-model"), "hf download some-owner/some-model");
        Path file = Files.createFile(temporary.resolve("model.safetensors"));
        assertRefused(file, "this is a file, not a model folder");
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        assertRefused(empty, "the folder has no config.json");
        Files.copy(Fixtures.model("gqa-tied").resolve("config.json"), empty.resolve("config.json"));
        assertRefused(empty, "has neither model.safetensors nor model.safetensors.index.json");
    }

    @Test
    void truncatedWeightFileIsAnError() throws IOException {
        Path folder = Fixtures.copyModel("gqa-tied", temporary.resolve("m"));
        Path file = folder.resolve("model.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertRefused(folder, "bytes exist");
    }

    @Test
    void tensorOfWrongShapeIsNamedWithBothShapes() throws IOException {
        Path folder = rewritten(tensors -> tensors.put("model.norm.weight", zeros(7)));
        assertRefused(folder, "model.norm.weight has shape [7], but config.json needs [64]", "model.safetensors");
    }

    @Test
    void missingAndExtraTensorsAreNamed() throws IOException {
        Path folder = rewritten(tensors -> {
            tensors.remove("model.layers.1.mlp.up_proj.weight");
            tensors.put("model.layers.9.mlp.up_proj.weight", zeros(1));
        });
        assertRefused(
                folder,
                "1 tensor is missing: model.layers.1.mlp.up_proj.weight",
                "1 tensor is not part of the model: model.layers.9.mlp.up_proj.weight",
                "compare num_hidden_layers");
    }

    @Test
    void mismatchedConfigurationIsOneReadableError() throws IOException {
        Path folder = Fixtures.copyModel("mha-untied", temporary.resolve("m"));
        edit(folder.resolve("config.json"), "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2");
        edit(folder.resolve("config.json"), "\"vocab_size\": ", "\"vocab_size\": 1");
        assertRefused(
                folder,
                "9 tensors are not part of the model: ",
                " and 4 more",
                "2 tensors are of the wrong shape:",
                "compare num_hidden_layers, vocab_size, hidden_size");
    }

    @Test
    void biasesAndUnprefixedNamesAreRecognised() throws IOException {
        assertRefused(
                rewritten(t -> t.put("model.layers.0.self_attn.q_proj.bias", zeros(1))),
                "without biases, which are not supported");
        assertRefused(
                rewritten(t -> t.put("embed_tokens.weight", zeros(1))), "the prefix model. is missing in the names");
        assertRefused(rewritten(t -> t.remove("lm_head.weight")), "set tie_word_embeddings to true");
    }

    @Test
    void rotaryBuffersAndTheCopyOfATiedHeadAreIgnored() throws IOException {
        Path folder = rewritten("gqa-tied", tensors -> {
            tensors.put("model.layers.0.self_attn.rotary_emb.inv_freq", zeros(8));
            tensors.put("lm_head.weight", tensors.get("model.embed_tokens.weight"));
        });
        try (var model = PretrainedFolder.open(folder)) {
            assertThat(model.config().tiedHead()).isTrue();
            assertThat(model.notices()).isEmpty();
            assertThat(model.tensors()).extracting(TensorInfo::name).contains("lm_head.weight");
        }
        assertThat(Inspection.render(folder)).containsPattern("lm_head.weight +\\[.*] +F32 +ignored");
    }

    @Test
    void storedHeadUntiesTheModelAndItsExport() throws IOException {
        Path folder = rewritten("gqa-tied", tensors -> {
            var embedding = Objects.requireNonNull(tensors.get("model.embed_tokens.weight"));
            var half = embedding.toFloats();
            for (int i = 0; i < half.length; i++) half[i] *= 0.5f;
            tensors.put("lm_head.weight", HostTensor.of(embedding.shape(), half));
        });
        Path exported = temporary.resolve("exported");
        try (var model = PretrainedFolder.open(folder)) {
            assertThat(model.config().tiedHead()).isFalse();
            assertThat(model.notices())
                    .singleElement()
                    .asString()
                    .contains("lm_head.weight differs from the embedding");
            ModelFolderWriter.like(model).write(exported, model.source());
        }
        assertThat(Files.readString(exported.resolve("config.json"))).contains("\"tie_word_embeddings\": false");
        try (var model = PretrainedFolder.open(exported)) {
            assertThat(model.config().tiedHead()).isFalse();
            assertThat(model.notices()).isEmpty();
        }
    }

    @Test
    void headOfWrongShapeIsRefused() throws IOException {
        assertRefused(rewritten("gqa-tied", t -> t.put("lm_head.weight", zeros(3))), "lm_head.weight has shape [3]");
    }

    @Test
    void wrapperPrefixesAreRemovedFromNames() throws IOException {
        for (String prefix : List.of("module.", "_orig_mod.", "base_model.model.", "module._orig_mod.")) {
            Path folder = rewritten(tensors -> {
                var all = Map.copyOf(tensors);
                tensors.clear();
                all.forEach((name, tensor) -> tensors.put(prefix + name, tensor));
            });
            Path exported = temporary.resolve("exported" + prefix);
            try (var model = PretrainedFolder.open(folder)) {
                assertThat(model.notices()).singleElement().asString().contains("start with " + prefix);
                ModelFolderWriter.like(model).write(exported, model.source());
            }
            try (var model = PretrainedFolder.open(exported)) {
                assertThat(model.notices()).isEmpty();
            }
        }
    }

    @Test
    void integerBuffersAreIgnoredAndListed() throws IOException {
        Path folder = rewritten(t -> t.put("model.position_ids", HostTensor.of(1, 2, 3)));
        try (var model = PretrainedFolder.open(folder)) {
            assertThat(model.config().dtype()).isEqualTo(DType.F32);
            assertThat(model.notices())
                    .containsExactly("ignored tensors that are not weights: model.position_ids (I32)");
        }
    }

    @Test
    void adaptersAndQuantizedWeightsHaveSpecificErrors() throws IOException {
        assertRefused(
                rewritten(t -> t.put("model.layers.0.self_attn.q_proj.lora_A.weight", zeros(1))),
                "LoRA weights that are not merged",
                "merge_and_unload");
        assertRefused(
                rewritten(t -> {
                    t.remove("model.layers.0.mlp.up_proj.weight");
                    t.put("model.layers.0.mlp.up_proj.qweight", HostTensor.of(1));
                }),
                "the weights are quantized: model.layers.0.mlp.up_proj.qweight",
                "original weights");
    }

    @Test
    void indexMayListTensorsThatTheModelDoesNotNeed() throws IOException {
        Path folder = Fixtures.copyModel("sharded", temporary.resolve("m"));
        Path index = folder.resolve("model.safetensors.index.json");
        edit(
                index,
                "\"weight_map\": {",
                "\"weight_map\": {\"model.layers.0.self_attn.rotary_emb.inv_freq\": \"model-00001-of-00003.safetensors\",");
        try (var model = PretrainedFolder.open(folder)) {
            assertThat(model.notices())
                    .containsExactly("the index lists tensors that are in no file and that the model does not need: "
                            + "model.layers.0.self_attn.rotary_emb.inv_freq");
        }
    }

    @Test
    void dtypeAutoIsThatOfTheStoredWeights() throws IOException {
        Path folder = Fixtures.copyModel("mha-untied", temporary.resolve("m"));
        edit(folder.resolve("config.json"), "\"float32\"", "\"auto\"");
        try (var model = PretrainedFolder.open(folder)) {
            assertThat(model.config().dtype()).isEqualTo(DType.F32);
        }
    }

    @Test
    void integerWeightsAreRefused() throws IOException {
        var ids = new int[64];
        assertRefused(rewritten(t -> t.put("model.norm.weight", HostTensor.of(ids))), "stored as I32");
    }

    @Test
    void nanIsReportedWithTensorAndElement() throws IOException {
        var values = new float[64];
        values[17] = Float.NaN;
        Path folder = rewritten(t -> t.put("model.norm.weight", HostTensor.of(Shape.of(64), values)));
        try (var model = PretrainedFolder.open(folder)) {
            String message = "model.norm.weight of shape [64] has the value NaN at element 17";
            assertThatThrownBy(() -> model.source().get("model.norm.weight"))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(message);
            assertThatThrownBy(() -> FiniteCheck.of(model))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void closingUnmapsTheWeights() {
        var model = PretrainedFolder.open(Fixtures.model("mha-untied"));
        var norm = model.source().get("model.norm.weight");
        model.close();
        assertThatThrownBy(() -> norm.get(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void realModelsAreOpened() {
        try (var model = PretrainedFolder.open(SharedFolder.require("models/stories260K"))) {
            FiniteCheck.of(model);
            assertThat(model.config().tiedHead()).isTrue();
            assertThat(model.tokenizer()).isPresent();
        }
    }

    /** A change to the tensors of a model. */
    private interface Change {
        void apply(Map<String, HostTensor> tensors);
    }

    private Path rewritten(Change change) throws IOException {
        return rewritten("mha-untied", change);
    }

    private Path rewritten(String fixture, Change change) throws IOException {
        Path folder = Files.createTempDirectory(temporary, "changed").resolve("model");
        Fixtures.copyModel(fixture, folder);
        try (var original = SafetensorsFile.open(Fixtures.model(fixture).resolve("model.safetensors"))) {
            var tensors = new HashMap<String, HostTensor>();
            for (var info : original.tensors()) tensors.put(info.name(), original.get(info.name()));
            change.apply(tensors);
            var infos = new ArrayList<TensorInfo>();
            tensors.forEach((name, tensor) -> infos.add(new TensorInfo(name, tensor.dtype(), tensor.shape())));
            SafetensorsWriter.write(
                    folder.resolve("model.safetensors"),
                    infos,
                    name -> java.util.Objects.requireNonNull(tensors.get(name)));
        }
        return folder;
    }

    private static HostTensor zeros(int n) {
        return HostTensor.of(Shape.of(n), new float[n]);
    }

    private static void edit(Path file, String old, String replacement) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, replacement));
    }

    private static void assertRefused(Path folder, String... messages) {
        var error = assertThatThrownBy(() -> PretrainedFolder.open(folder)).isInstanceOf(InputError.class);
        for (String message : messages) error.hasMessageContaining(message);
        error.hasMessageContaining(folder.toString());
    }
}
