package org.halftune.pretrained;

import static org.assertj.core.api.Assertions.assertThat;

import org.halftune.Fixtures;
import org.junit.jupiter.api.Test;

class InspectionTest {
    @Test
    void showsArchitectureTensorsAndTotals() {
        String text = Inspection.render(Fixtures.model("llama3-rope"));
        assertThat(text)
                .contains("attention     8 heads of 32, 4 key-value heads")
                .contains("rotary base 10,000, Llama-3 scaling by 8 from 64")
                .contains("special ids   begin 1, end 2")
                .contains("model.safetensors, 1.3 MB (1,301,928 bytes)")
                .containsPattern(
                        "model.layers.1.self_attn.k_proj.weight +\\[128, 128\\] +BF16 +key +attention +16,384\n")
                .containsPattern("attention +8 +196,608 +30\\.\\d %")
                .containsPattern("total +21 +\\d{3},\\d{3} +100.0 %");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).doesNotEndWith(" "));
    }
}
