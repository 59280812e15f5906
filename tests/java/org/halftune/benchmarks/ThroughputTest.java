package org.halftune.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.halftune.benchmarks.TrainingStep.Method;
import org.halftune.files.StrictJson;
import org.halftune.model.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the throughput is computed from. */
class ThroughputTest {
    /** Llama-3.2-1B has 1,235,814,400 parameters, 67,584 of them in norms. */
    @Test
    void theLargestPresetIsLlama() {
        var config = Preset.named("llama-3.2-1b").config();
        assertThat(ParameterSpec.all(config).stream()
                        .mapToLong(ParameterSpec::elements)
                        .sum())
                .isEqualTo(1_235_814_400L);
        double matrices = 1_235_814_400.0 - 67_584;
        double attention = 6.0 * 16 * 2048 * 2048;
        assertThat(ModelFlops.of(config, Method.FFT.trainable(config), 2048).perToken())
                .isEqualTo(6 * matrices + attention);
        assertThat(ModelFlops.of(config, Set.of(), 2048).perToken()).isEqualTo(4 * matrices + attention);
    }

    @Test
    void embeddingLookupCountsNoProduct() {
        var config = Preset.TINY.config();
        assertThat(config.tiedHead()).isFalse();
        var all = ModelFlops.of(config, Method.FFT.trainable(config), 1).perToken();
        double elements = ParameterSpec.all(config).stream()
                .filter(ParameterSpec::isMatrix)
                .mapToLong(ParameterSpec::elements)
                .sum();
        assertThat(all).isEqualTo(6 * (elements - 512 * 64) + 6 * 5 * 64);
    }

    @Test
    void drawnWeightsAreNormalAndAlwaysTheSame() {
        var config = Preset.SMALL.config();
        try (var drawn = new DrawnWeights(config)) {
            var name = "model.layers.3.mlp.down_proj.weight";
            var values = drawn.get(name).toFloats();
            double sum = 0, squares = 0;
            for (float v : values) {
                sum += v;
                squares += v * v;
            }
            assertThat(sum / values.length).isCloseTo(0, within(2e-4));
            assertThat(Math.sqrt(squares / values.length)).isCloseTo(0.02, within(2e-4));
            assertThat(drawn.get("model.norm.weight").toFloats()).containsOnly(1);
            var other = drawn.get("model.layers.2.mlp.down_proj.weight").data().toArray(ValueLayout.JAVA_BYTE);
            assertThat(drawn.get(name).toFloats()).isEqualTo(values);
            assertThat(drawn.get(name).data().toArray(ValueLayout.JAVA_BYTE)).isNotEqualTo(other);
        }
    }

    @Test
    void figuresAreWritten(@TempDir Path folder) throws Exception {
        var file = folder.resolve("throughput.json");
        Throughput.main(("--device cpu --preset tiny --tokens 64 --length 32 --steps 2 --json " + file).split(" "));
        var json = StrictJson.parse(Files.readAllBytes(file), file.toString());
        assertThat(json.get("emulated").asBoolean()).isFalse();
        assertThat(json.get("results")).hasSize(Method.values().length);
        for (var result : json.get("results")) {
            assertThat(result.get("tokens_per_step").asInt()).isEqualTo(64);
            assertThat(result.get("tokens_per_second").asDouble()).isPositive();
            assertThat(result.get("device_bytes").asLong()).isPositive();
            for (var phase : new String[] {"forward", "backward_input", "backward_weight", "clip", "optimizer"}) {
                assertThat(result.at("/ms_by_phase/" + phase).asDouble())
                        .as(phase)
                        .isPositive();
            }
        }
    }

    @Test
    void presetsAndDevicesThatAreNotThereAreNamed() {
        assertThatThrownBy(() -> Preset.named("llama-4")).hasMessageContaining("LLAMA_3_2_1B");
        assertThatThrownBy(() -> Devices.open("gpu", 1)).hasMessageContaining("cuda:N");
    }
}
