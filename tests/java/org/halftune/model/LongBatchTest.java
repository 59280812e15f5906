package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** Batches too long to run here, on the cost model: it allocates as a device does, and touches no memory. */
class LongBatchTest {
    private static final LlamaConfig MANY_HEADS =
            new LlamaConfig(37, 64, 40, 1, 64, 8, 8, 150_000, 1e-5f, new Rope.Default(10_000), false, 0.02f, DType.F32);

    /** The sums of attention's backward pass take 4 bytes a token and head: 35 MiB here. */
    @Test
    void attentionOf64HeadsTakes140000Tokens() {
        int tokens = 140_000;
        var random = new Random(1);
        var model = RandomModel.of(MANY_HEADS, random);
        var ids = random.ints(tokens, 0, MANY_HEADS.vocabSize()).toArray();
        var batch = Batch.of(List.of(ids), List.of(ids));
        for (var rung : List.of(Recomputation.NONE, Recomputation.BLOCK)) {
            try (var costs = new CudaCostModel(Long.MAX_VALUE);
                    var weights = model.on(costs, model.names());
                    var parameters = Parameters.of(costs, weights);
                    var llama = new Llama(costs, parameters, new Capacity(tokens, 1), rung)) {
                var planned = costs.memory().held();
                Passes.forwardBackward(llama, batch);
                assertThat(costs.takeLog().launches())
                        .containsKeys("attention_backward_query_64", "attention_backward_key_value_64");
                assertThat(costs.memory().held()).isEqualTo(planned);
            }
        }
    }
}
