package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Rope;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** What a half-reset puts back, and its relation to a training with the same flags. */
class HalfResetTest {
    private static final LlamaConfig UNTIED =
            new LlamaConfig(64, 16, 24, 4, 4, 2, 4, 32, 1e-5f, new Rope.Default(1e4), false, 0.02f, DType.F32);
    private static final LlamaConfig TIED =
            new LlamaConfig(64, 16, 24, 4, 4, 2, 4, 32, 1e-5f, new Rope.Default(1e4), true, 0.02f, DType.F32);
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";
    private static final String FINAL_NORM = "model.norm.weight";

    private static Selection drawn(LlamaConfig config, Freeze freeze) {
        return Selection.draw(config, new Strategy.Category(0.5), freeze, 42, 0);
    }

    @Test
    void drawnPartOfTheLayersGoesBackAndTheRestStays() {
        var selection = drawn(UNTIED, Freeze.NOTHING);
        var reset = HalfReset.of(selection, Freeze.NOTHING, false);
        var expected = new LinkedHashSet<>(selection.trainable());
        expected.removeAll(Set.of(EMBEDDING, HEAD, FINAL_NORM));
        assertThat(reset.names()).containsExactlyElementsOf(expected);
    }

    @Test
    void freezeFlagsPutParametersOutsideTheLayersBack() {
        var freeze = new Freeze(true, true, true);
        var names = HalfReset.of(drawn(UNTIED, freeze), freeze, false).names();
        assertThat(names).contains(EMBEDDING, HEAD, FINAL_NORM);
        assertThat(HalfReset.of(drawn(TIED, freeze), freeze, false).names()).contains(EMBEDDING, FINAL_NORM);
    }

    @Test
    void inverseResetsWhatATrainingWithTheSameFlagsLeavesFrozen() {
        for (var freeze : List.of(Freeze.NOTHING, new Freeze(true, false, true))) {
            var selection = drawn(UNTIED, freeze);
            var frozen = new HashSet<String>();
            for (var spec : ParameterSpec.all(UNTIED)) if (!selection.trains(spec.name())) frozen.add(spec.name());
            assertThat(HalfReset.of(selection, freeze, true).names()).isEqualTo(frozen);
        }
    }

    @Test
    void resetAndInverseShareNoMatrixOfTheLayersAndCoverAll() {
        var selection = drawn(UNTIED, Freeze.NOTHING);
        var reset = HalfReset.of(selection, Freeze.NOTHING, false).names();
        var inverse = HalfReset.of(selection, Freeze.NOTHING, true).names();
        assertThat(reset).doesNotContainAnyElementsOf(inverse);
        assertThat(reset.size() + inverse.size())
                .isEqualTo(ParameterSpec.all(UNTIED).size() - 3); // embeddings, head and final norm stay in both
    }

    @Test
    void ofAListExactlyItsMembersGoBackAlsoOutsideTheLayers() {
        var list = new Selection(new SelectionOrigin.Listed(), Set.of(EMBEDDING), ParameterSpec.all(UNTIED));
        assertThat(HalfReset.of(list, Freeze.NOTHING, false).names()).containsExactly(EMBEDDING);
        assertThat(HalfReset.of(list, Freeze.NOTHING, true).names())
                .hasSize(ParameterSpec.all(UNTIED).size() - 1)
                .doesNotContain(EMBEDDING);
    }

    @Test
    void inverseOfEverythingIsAnError() {
        var all = Selection.draw(UNTIED, new Strategy.Layer(1), Freeze.NOTHING, 42, 0);
        assertThatThrownBy(() -> HalfReset.of(all, Freeze.NOTHING, true))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("they select everything");
    }
}
