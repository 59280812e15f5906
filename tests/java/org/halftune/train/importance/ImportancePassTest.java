package org.halftune.train.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.LimitedBackend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightSource;
import org.halftune.model.Weights;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.session.StartingWeights;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.train.TestRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportancePassTest {
    private static final String MATRIX = "model.layers.1.self_attn.k_proj.weight";
    private static final float STEP = 1e-2f;

    @TempDir
    private Path folder;

    @Test
    void scoreIsTheMeanOverRowsOfTheSquaredGradientTimesWeight() {
        var config = TestRuns.config(DType.F32);
        var model = TestRuns.model(folder.resolve("model"), config, 7);
        var rows = List.of(row(3, 4, 5, 6, 7), row(9, 8, 9, 8));
        try (var backend = CpuBackend.open(1);
                var pretrained = PretrainedFolder.open(model)) {
            var source = pretrained.source();
            var scores = new ImportancePass(backend, config, new StartingWeights.Stored(source)).run(rows);

            assertThat(scores).hasSize(9 * config.layers()).doesNotContainKey("model.norm.weight");
            var weight = source.get(MATRIX).toFloats();
            double expected = 0;
            for (var row : rows) {
                for (int i = 0; i < weight.length; i++) {
                    double slope =
                            (loss(backend, config, source, row, i, STEP) - loss(backend, config, source, row, i, -STEP))
                                    / (2 * STEP);
                    expected += slope * slope * weight[i] * weight[i] / rows.size();
                }
            }
            assertThat(scores.get(MATRIX)).isCloseTo(expected, within(0.02 * expected));
            assertThat(new ImportancePass(backend, config, new StartingWeights.Stored(source)).run(rows))
                    .as("the same each time")
                    .isEqualTo(scores);
        }
    }

    /** The mean loss of a row after element {@code i} of the matrix was changed. */
    private static double loss(
            Backend backend, LlamaConfig config, WeightSource source, Batch row, int i, float change) {
        WeightSource changed = name -> {
            if (!name.equals(MATRIX)) return source.get(name);
            var values = source.get(name).toFloats();
            values[i] += change;
            return HostTensor.of(source.get(name).shape(), values);
        };
        try (var weights = Weights.load(backend, config, Set.of(), changed);
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, new Capacity(row.tokenCount(), 1), Recomputation.NONE)) {
            var sum = llama.evaluate(row);
            return sum.sum() / sum.tokens();
        }
    }

    private static Batch row(int... ids) {
        return Batch.of(List.of(ids), List.of(ids));
    }

    @Test
    void passThatDoesNotFitIsRefusedBeforeItBegins() {
        try (var backend = new LimitedBackend(CpuBackend.open(1), 10_000)) {
            var pass = new ImportancePass(backend, TestRuns.config(DType.F32), new StartingWeights.Drawn(1));
            assertThatThrownBy(() -> pass.run(List.of(row(1, 2, 3))))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining("scoring by importance needs")
                    .hasMessageContaining("halftune select");
            assertThat(backend.memory().held().values()).allMatch(bytes -> bytes == 0);
        }
    }
}
