package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.backend.Backend;
import org.halftune.backend.PairLoss;
import org.halftune.backend.cost.WorkLog;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.objective.DirectPreference;
import org.halftune.objective.Objective;
import org.halftune.objective.Reference;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.optim.GradientConstraint.EpisodicMemory;
import org.halftune.optim.GradientConstraint.None;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;

/**
 * A training in small, of any shape: what is predicted of its steps is held against what is counted.
 *
 * @param batches of each step
 * @param memories that constrain it
 * @param objective what it minimizes
 */
record SmallTraining(
        String name,
        RandomModel model,
        Set<String> trainable,
        Recomputation recomputation,
        AdamWConfig adamW,
        List<Batch> batches,
        List<List<Batch>> memories,
        Objective objective) {

    /** Supervised, without memories. */
    SmallTraining(
            String name,
            RandomModel model,
            Set<String> trainable,
            Recomputation recomputation,
            AdamWConfig adamW,
            List<Batch> batches) {
        this(name, model, trainable, recomputation, adamW, batches, List.of(), new SupervisedFineTuning());
    }

    /** The first step runs as it is, the second is captured, from then on it is replayed. */
    static final int UNTIL_REPLAYED = 3;

    @Override
    public String toString() {
        return name;
    }

    /** Everything that the launches of a step depend on, each at least once. */
    static Stream<SmallTraining> all() {
        var random = new Random(5);
        var small = RandomModel.small(false, random);
        var tied = RandomModel.small(true, random);
        var wide = RandomModel.of(
                new LlamaConfig(
                        301, 136, 72, 2, 6, 2, 136, 512, 1e-5f, new Rope.Default(10_000), true, 0.02f, DType.F32),
                random);
        var narrow = RandomModel.of(
                new LlamaConfig(83, 40, 24, 2, 4, 4, 72, 512, 1e-5f, new Rope.Default(10_000), false, 0.02f, DType.F32),
                random);
        var cases = new ArrayList<SmallTraining>();
        for (var rung : Recomputation.values()) {
            cases.add(of("all, " + rung, small, small.names(), rung, plain(), random, 2, 40));
            cases.add(of("half, " + rung, tied, half(tied, false), rung, plain(), random, 3, 70));
        }
        cases.add(
                of("head and embeddings frozen", small, half(small, true), Recomputation.NONE, plain(), random, 2, 90));
        cases.add(of(
                "one matrix",
                small,
                Set.of("model.layers.1.self_attn.o_proj.weight"),
                Recomputation.NONE,
                plain(),
                random,
                2,
                40));
        cases.add(of(
                "bf16 moments",
                small,
                half(small, false),
                Recomputation.NONE,
                config(DType.BF16, true, Rounding.STOCHASTIC),
                random,
                2,
                40));
        var withoutMasters = config(DType.F32, false, Rounding.STOCHASTIC);
        var fewest = config(DType.BF16, false, Rounding.NEAREST);
        cases.add(of("no masters", small, small.names(), Recomputation.CHEAP, withoutMasters, random, 2, 40));
        cases.add(of("no masters, bf16, nearest", tied, tied.names(), Recomputation.BLOCK, fewest, random, 1, 33));
        cases.add(of(
                "nearest",
                small,
                half(small, false),
                Recomputation.NONE,
                config(DType.F32, true, Rounding.NEAREST),
                random,
                2,
                40));
        cases.add(of("odd sizes, long rows", wide, half(wide, false), Recomputation.NONE, plain(), random, 2, 150));
        cases.add(of("head of 72", narrow, narrow.names(), Recomputation.NONE, plain(), random, 2, 160));
        var accumulated = of("three batches", tied, tied.names(), Recomputation.NONE, plain(), random, 2, 50);
        var batches = new ArrayList<>(accumulated.batches);
        batches.add(tied.batch(random, 1, 50));
        batches.add(batches.getFirst());
        cases.add(new SmallTraining("three batches", tied, tied.names(), Recomputation.NONE, plain(), batches));
        constrained().forEach(cases::add);
        preferring().forEach(cases::add);
        return cases.stream();
    }

    /** Steps that memories constrain, and that violate one: two, of which one has two batches, and one that has no labelled token. */
    private static Stream<SmallTraining> constrained() {
        var random = new Random(9);
        var model = RandomModel.small(true, random);
        var unlabelled = Batch.of(List.of(new int[] {1, 2, 3}), List.of(new int[] {-100, -100, -100}));
        var memories = List.of(
                List.of(model.batch(random, 2, 40), model.batch(random, 1, 60)),
                List.of(model.batch(random, 2, 40)),
                List.of(unlabelled));
        var batches = List.of(model.batch(random, 2, 50), model.batch(random, 3, 20));
        return Stream.of(model.names(), half(model, true))
                .map(trainable -> new SmallTraining(
                        "GEM, " + trainable.size() + " tensors",
                        model,
                        trainable,
                        Recomputation.CHEAP,
                        plain(),
                        batches,
                        memories,
                        new SupervisedFineTuning()));
    }

    /**
     * Preference pairs, with a reference on the device that shares the frozen half, and with one that ran before. Batches fill the
     * table of pairs and the bucket of rows: what the kernels of preferences move is predicted for as much as there is room for.
     */
    private static Stream<SmallTraining> preferring() {
        var random = new Random(11);
        var model = RandomModel.small(true, random);
        var half = half(model, false);
        var loss = new PairLoss(PairLoss.Type.SIGMOID, 0.1, 0);
        var shared = new DirectPreference(loss, new Reference.OnDevice(model.source(), Set.of()));
        var before = new DirectPreference(loss, new Reference.Precomputed());
        var pairs = List.of(filling(model, random), filling(model, random));
        var scored = pairs.stream()
                .map(batch -> batch.withReference(new float[batch.sequenceCount()]))
                .toList();
        return Stream.of(
                new SmallTraining("DPO", model, half, Recomputation.CHEAP, plain(), pairs, List.of(), shared),
                new SmallTraining(
                        "DPO, precomputed", model, half, Recomputation.NONE, plain(), scored, List.of(), before));
    }

    /** Two pairs of 33 tokens a side: 128 rows, a whole bucket, because the first token of a sequence has no loss. */
    private static Batch filling(RandomModel model, Random random) {
        var ids = Stream.generate(
                        () -> random.ints(33, 0, model.config().vocabSize()).toArray())
                .limit(4)
                .toList();
        return Batch.of(ids, ids);
    }

    private static SmallTraining of(
            String name,
            RandomModel model,
            Set<String> trainable,
            Recomputation rung,
            AdamWConfig adamW,
            Random random,
            int sequences,
            int longest) {
        return new SmallTraining(name, model, trainable, rung, adamW, List.of(model.batch(random, sequences, longest)));
    }

    private static AdamWConfig plain() {
        return config(DType.F32, true, Rounding.STOCHASTIC);
    }

    private static AdamWConfig config(DType moments, boolean masters, Rounding rounding) {
        var precision = new AdamWConfig.Precision(moments, masters, Optional.of(rounding), 3);
        return new AdamWConfig(0.9, 0.999, 1e-8, 0.1, 1, precision);
    }

    private static Set<String> half(RandomModel model, boolean frozenEnds) {
        var random = new Random(2);
        return model.names().stream()
                .filter(name -> name.contains("layers") ? random.nextBoolean() : !frozenEnds)
                .collect(Collectors.toSet());
    }

    /** Trains {@code steps} steps; calls {@code beforeLast} before the last of them. */
    void on(Backend backend, int steps, Runnable beforeLast, Runnable after) {
        var all = Stream.concat(batches.stream(), memories.stream().flatMap(List::stream))
                .toList();
        int tokens = all.stream().mapToInt(Batch::tokenCount).max().orElseThrow();
        int sequences = all.stream().mapToInt(Batch::sequenceCount).max().orElseThrow();
        var setup = new TrainingSetup(
                model.config(),
                trainable,
                new Capacity(tokens, sequences),
                recomputation,
                adamW,
                objective,
                memories.isEmpty() ? new None() : new EpisodicMemory(memories.size(), 0.5));
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Stored(model.source()))) {
            for (int i = 1; i <= steps; i++) {
                if (i == steps) beforeLast.run();
                session.step(session.batches(batches, memories), 1e-3, () -> null);
            }
            after.run();
        }
    }

    /** The last step as the cost model has it. */
    WorkLog predicted() {
        var logs = new ArrayList<WorkLog>();
        try (var costs = new CudaCostModel(Long.MAX_VALUE)) {
            on(costs, UNTIL_REPLAYED, costs::takeLog, () -> logs.add(costs.takeLog()));
        }
        return logs.getFirst();
    }
}
