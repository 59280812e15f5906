package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.halftune.Fixtures;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.pretrained.PretrainedFolder;
import org.junit.jupiter.api.Test;

/** Logit rules, which run on the host, work for logits on a device. */
@OnCuda
class GeneratorCudaTest {
    private static final List<int[]> PROMPTS = List.of(new int[] {1, 5, 9}, new int[] {1, 7});
    private static final StopConditions LIMITS = new StopConditions(8, Set.of());

    @Test
    void topOneEqualsGreedyAndAPenaltyPreventsRepeats() {
        try (var backend = CudaBackend.open(0);
                var folder = PretrainedFolder.open(Fixtures.model("gqa-tied"));
                var weights = Weights.load(backend, folder.config(), Set.of(), folder.source());
                var parameters = Parameters.of(backend, weights)) {
            var generator = new Generator(backend, parameters, 2);

            var greedy = generator.generate(PROMPTS, new Sampling.Greedy(), LIMITS, TokenListener.SILENT);
            var one = Sampling.of(1, 1, new LogitRules(1, 1, 0), 3);
            assertThat(tokens(generator.generate(PROMPTS, one, LIMITS, TokenListener.SILENT)))
                    .isEqualTo(tokens(greedy));

            var fresh = new Sampling.Greedy(new LogitRules(1e9, 0, 0));
            var unlike = tokens(generator.generate(PROMPTS, fresh, LIMITS, TokenListener.SILENT));
            assertThat(unlike).allSatisfy(text -> assertThat(text).doesNotHaveDuplicates());
        }
    }

    private static List<List<Integer>> tokens(List<Completion> completions) {
        return completions.stream()
                .map(completion -> Arrays.stream(completion.tokens()).boxed().toList())
                .toList();
    }
}
