package org.halftune.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.Datasets;
import org.halftune.data.Example;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.input.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainStepTest {
    private final Backend backend = CpuBackend.open(1);
    private Weights weights;
    private Parameters parameters;
    private Llama model;
    private AdamW optimizer;

    @BeforeEach
    void open() {
        var config = TestRuns.config(DType.F32);
        Set<String> all =
                ParameterSpec.all(config).stream().map(ParameterSpec::name).collect(Collectors.toSet());
        weights = Weights.random(backend, config, all, 3);
        parameters = Parameters.of(backend, weights);
        model = new Llama(backend, parameters, new Capacity(64, 8), Recomputation.NONE);
        optimizer = new AdamW(backend, parameters, new AdamWConfig(0.9, 0.999, 1e-8, 0));
    }

    @AfterEach
    void close() {
        optimizer.close();
        model.close();
        parameters.close();
        weights.close();
        backend.close();
    }

    private static Example masked(int... ids) {
        var labels = new int[ids.length];
        java.util.Arrays.fill(labels, Example.IGNORED);
        return new Example(ids, labels);
    }

    private static Example learnt(int... ids) {
        return new Example(ids, ids);
    }

    private float[] embedding() {
        return weights.download("model.embed_tokens.weight").toFloats();
    }

    private static Window window(Batch... batches) {
        return Window.of(List.of(batches));
    }

    @Test
    void aWindowWithoutLabelsHasLossZeroAndChangesNothing() {
        var rows = new Rows(Datasets.of(List.of(learnt(1, 2, 3), masked(4, 5, 6), masked(7, 8))));
        var step = new TrainStep(model, optimizer, 1);
        step.run(window(rows.batch(0)), 1e-2); // so that there is momentum that could move weights
        var before = embedding();

        var result = step.run(window(rows.batch(1), rows.batch(2)), 1e-2);

        assertThat(result.loss()).isEqualTo(0);
        assertThat(result.gradNorm()).isEqualTo(0);
        assertThat(result.updated()).isFalse();
        assertThat(result.inputTokens()).isEqualTo(5);
        assertThat(embedding()).isEqualTo(before);
        assertThat(optimizer.stepCount()).isEqualTo(1);
    }

    @Test
    void theLossIsThatOfTheWholeWindowHoweverItIsCut() {
        var rows = new Rows(
                Datasets.of(List.of(learnt(1, 2, 3, 4, 5, 6, 7, 8), learnt(4, 5), masked(9, 10), learnt(20, 21, 22))));
        var untouched = new TrainStep(model, optimizer, 1);
        var together = untouched.run(window(rows.batch(0, 1, 2, 3)), 0);
        var apart = untouched.run(window(rows.batch(0), rows.batch(1, 2), rows.batch(3)), 0);

        assertThat(together.labelledTokens()).isEqualTo(7 + 1 + 2);
        assertThat(apart.labelledTokens()).isEqualTo(together.labelledTokens());
        assertThat(apart.loss()).isCloseTo(together.loss(), within(1e-6 * together.loss()));
        assertThat(apart.gradNorm()).isCloseTo(together.gradNorm(), within(1e-5 * together.gradNorm()));

        // Not the mean of the batches' means, which would let the single token of a batch weigh as much as seven.
        double perBatch = 0;
        for (int row : new int[] {0, 1, 3}) {
            var loss = model.evaluate(rows.batch(row));
            perBatch += loss.sum() / loss.tokens() / 3;
        }
        assertThat(together.loss()).isNotCloseTo(perBatch, within(1e-3));
    }

    @Test
    void theNormIsMeasuredBeforeClipping() {
        var rows = new Rows(Datasets.of(List.of(learnt(1, 2, 3, 4))));
        double free =
                new TrainStep(model, optimizer, 0).run(window(rows.batch(0)), 0).gradNorm();
        double clipped = new TrainStep(model, optimizer, 1e-3)
                .run(window(rows.batch(0)), 0)
                .gradNorm();
        assertThat(free).isGreaterThan(1e-3);
        assertThat(clipped).isEqualTo(free);
    }
}
