package org.halftune.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** A GPU scores as the CPU does, within the rounding of fp32, for any batch size; answers are the same texts. */
@OnCuda
class TaskScorerCudaTest {
    @Test
    void choicesAndAnswersEqualThoseOfTheCpu() {
        var config = TaskScorerTest.CONFIG;
        try (var cuda = CudaBackend.open(0);
                var cudaWeights = Weights.random(cuda, config, Set.of(), 3);
                var cudaParameters = Parameters.of(cuda, cudaWeights);
                var cpu = CpuBackend.open(2);
                var weights = Weights.random(cpu, config, Set.of(), 3);
                var parameters = Parameters.of(cpu, weights)) {
            double tolerance = cuda.storage() == DType.F32 ? 1e-4 : 0.5;
            var expected = TaskScorerTest.score(cpu, parameters, 1, "arc", TaskScorerTest.choices(9));
            for (int batchSize : new int[] {1, 4}) {
                var got = TaskScorerTest.score(cuda, cudaParameters, batchSize, "arc", TaskScorerTest.choices(9));
                for (int i = 0; i < 9; i++) {
                    var outcome = got.outcomes().get(i);
                    var wanted = expected.outcomes().get(i);
                    for (int c = 0; c < wanted.logLikelihoods().size(); c++)
                        assertThat(outcome.logLikelihoods().get(c))
                                .as("question " + i + ", choice " + c + ", batches of " + batchSize)
                                .isCloseTo(wanted.logLikelihoods().get(c), within(tolerance));
                }
            }
            var one = TaskScorerTest.score(cuda, cudaParameters, 1, "triviaqa", TaskScorerTest.open(4));
            var four = TaskScorerTest.score(cuda, cudaParameters, 4, "triviaqa", TaskScorerTest.open(4));
            assertThat(four.outcomes()).isEqualTo(one.outcomes());
        }
    }
}
