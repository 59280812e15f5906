package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.halftune.backend.Backend;
import org.halftune.backend.cost.WorkLog;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.generate.Generator;
import org.halftune.generate.LogitRules;
import org.halftune.generate.Sampling;
import org.halftune.generate.StopConditions;
import org.halftune.generate.TokenListener;
import org.halftune.tensor.DType;

/** A small generation: what is predicted of it is compared with what is counted. */
record SmallGeneration(String name, RandomModel model, List<int[]> prompts, Sampling sampling) {
    private static final List<int[]> PROMPTS = List.of(new int[] {1, 5, 9, 2, 30, 7}, new int[] {1, 7});
    private static final StopConditions LIMITS = new StopConditions(8, Set.of());

    static Stream<SmallGeneration> all() {
        var random = new Random(7);
        var model = RandomModel.small(true, random);
        var longer = RandomModel.of(
                new LlamaConfig(37, 24, 40, 1, 4, 2, 8, 1024, 1e-5f, new Rope.Default(10_000), true, 0.02f, DType.F32),
                random);
        var rules = LogitRules.NONE;
        return Stream.of(
                new SmallGeneration("generation, greedy", model, PROMPTS, new Sampling.Greedy()),
                new SmallGeneration("generation, drawn", model, PROMPTS, Sampling.of(1, 1, rules, 3)),
                new SmallGeneration(
                        "generation, drawn from the nucleus", model, PROMPTS, Sampling.of(0.8, 0.9, rules, 3)),
                new SmallGeneration(
                        "generation, long and short contexts",
                        longer,
                        List.of(random.ints(600, 0, 37).toArray(), new int[] {1, 7}),
                        new Sampling.Greedy()));
    }

    @Override
    public String toString() {
        return name;
    }

    void on(Backend backend, Runnable before, Runnable after) {
        try (var weights = model.on(backend);
                var parameters = Parameters.of(backend, weights)) {
            before.run();
            new Generator(backend, parameters, 2).generate(prompts, sampling, LIMITS, TokenListener.SILENT);
            after.run();
        }
    }

    /** The generation as the cost model has it. */
    WorkLog predicted() {
        var logs = new ArrayList<WorkLog>();
        try (var costs = new CudaCostModel(Long.MAX_VALUE)) {
            on(costs, costs::takeLog, () -> logs.add(costs.takeLog()));
        }
        return logs.getFirst();
    }
}
