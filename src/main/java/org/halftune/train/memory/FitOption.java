package org.halftune.train.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.halftune.data.MaxLength;
import org.halftune.model.Recomputation;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Batching;
import org.halftune.train.arguments.TrainingArguments.Data;
import org.halftune.train.arguments.TrainingArguments.Masters;
import org.halftune.train.arguments.TrainingArguments.Optimizing;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.memory.MemoryDemand.Attempt;

/** A change of arguments that reduces a run's memory. Ordered by its effect on the training, the smallest first. */
enum FitOption {
    RECOMPUTE_CHEAP("same result, slightly slower") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            return limits.fromNothing && from.recomputation() == Recomputation.NONE
                    ? recompute(from, Recomputation.CHEAP)
                    : Optional.empty();
        }
    },
    RECOMPUTE_BLOCK("same result, slower: blocks run forward twice") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            return from.recomputation() == Recomputation.BLOCK
                    ? Optional.empty()
                    : recompute(from, Recomputation.BLOCK);
        }
    },
    SMALLER_BATCHES("same rows per step in smaller batches") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            return divisors(from).findFirst();
        }

        @Override
        List<Change> variants(Attempt from, Limits limits) {
            return divisors(from).toList();
        }

        /** The largest first: small batches are slower. */
        private Stream<Change> divisors(Attempt from) {
            var old = from.arguments().batching();
            var sizes = new ArrayList<Integer>();
            for (int size = old.trainBatchSize() / 2; size >= 1; size--) {
                if (old.trainBatchSize() % size == 0) sizes.add(size);
            }
            return sizes.stream().map(size -> {
                int steps = old.accumulationSteps() * (old.trainBatchSize() / size);
                return change(
                        "--per_device_train_batch_size " + size + " --gradient_accumulation_steps " + steps,
                        from,
                        new Batching(
                                size,
                                old.evalBatchSize(),
                                steps,
                                old.epochs(),
                                old.maxSteps(),
                                old.sampling(),
                                old.dataSeed()));
            });
        }
    },
    BFLOAT16_MOMENTS("moments are rounded stochastically") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            var old = from.arguments().optimizing();
            if (limits.storage == DType.F32 || old.moments() == SaveType.BFLOAT16) return Optional.empty();
            return Optional.of(
                    change("--moments_dtype bfloat16", from, optimizing(old, SaveType.BFLOAT16, old.masters())));
        }
    },
    NO_MASTERS("no fp32 master weights") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            var old = from.arguments().optimizing();
            if (limits.storage == DType.F32 || old.masters() == Masters.NONE) return Optional.empty();
            // With rounding to nearest and no master weights, small updates would be lost.
            if (old.weightRounding().equals(Optional.of(Rounding.NEAREST))) return Optional.empty();
            return Optional.of(change("--masters none", from, optimizing(old, old.moments(), Masters.NONE)));
        }
    },
    HALF("trains half of the matrices") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            var old = from.arguments().selecting();
            if (limits.bothMethods || old.method() != Method.FFT) return Optional.empty();
            return Optional.of(change("--method hft", from, old.with(Method.HFT).withFreeze(false, false)));
        }
    },
    FREEZE_EMBEDDINGS("embeddings are frozen") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            var old = from.arguments().selecting();
            if (!old.byStrategy() || old.freezeEmbeddings() || old.strategy() == HftStrategy.UPPER)
                return Optional.empty();
            return Optional.of(change("--freeze_embeddings", from, old.withFreeze(true, old.freezeLmHead())));
        }
    },
    FREEZE_LM_HEAD("the output head is frozen") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            var old = from.arguments().selecting();
            if (limits.tiedHead || !old.byStrategy() || old.freezeLmHead()) return Optional.empty();
            return Optional.of(change("--freeze_lm_head", from, old.withFreeze(old.freezeEmbeddings(), true)));
        }
    },
    SMALLER_RATIO("trains fewer matrices") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            return ratios(from).findFirst();
        }

        @Override
        List<Change> variants(Attempt from, Limits limits) {
            return ratios(from).toList();
        }

        private Stream<Change> ratios(Attempt from) {
            var old = from.arguments().selecting();
            if (!old.byStrategy()) return Stream.empty();
            return Stream.of(old.ratios().times(0.5), old.ratios().times(0.25))
                    .map(ratios -> change("--hft_ratio " + ratios.text(), from, old.with(ratios)));
        }
    },
    SHORTER_ROWS("longer rows are shortened") {
        @Override
        Optional<Change> apply(Attempt from, Limits limits) {
            return lengths(from, limits).findFirst();
        }

        @Override
        List<Change> variants(Attempt from, Limits limits) {
            return lengths(from, limits).toList();
        }

        private Stream<Change> lengths(Attempt from, Limits limits) {
            return Stream.of(limits.longestRow / 2, limits.longestRow / 4)
                    .filter(length -> length >= 4)
                    .map(length -> {
                        var a = from.arguments();
                        var old = a.data();
                        var data = new Data(
                                old.trainFiles(),
                                old.evalFiles(),
                                old.mixing(),
                                MaxLength.asked(length),
                                old.truncation(),
                                old.packing(),
                                old.completionOnlyLoss(),
                                old.assistantOnlyLoss());
                        var shorter = new TrainingArguments(
                                a.model(),
                                data,
                                a.selecting(),
                                a.optimizing(),
                                a.scheduling(),
                                a.batching(),
                                a.evaluating(),
                                a.saving(),
                                a.running());
                        return new Change(
                                this, "--max_length " + length, new Attempt(shorter, from.recomputation(), length));
                    });
        }
    };

    private final String cost;

    FitOption(String cost) {
        this.cost = cost;
    }

    /**
     * Limits the options.
     *
     * @param storage the backend's weight dtype; with fp32 there are no master weights and no bf16 moments
     * @param fromNothing whether the run may use {@code --recompute none}
     * @param tiedHead whether the output head is tied to the embedding
     * @param bothMethods whether both methods are in memory, whatever {@code --method} is
     * @param longestRow tokens of the longest row
     */
    record Limits(DType storage, boolean fromNothing, boolean tiedHead, boolean bothMethods, int longestRow) {}

    /** @param flags the flags to give */
    record Change(FitOption option, String flags, Attempt attempt) {}

    /** The smallest change that this option can make; empty if it does not apply. */
    abstract Optional<Change> apply(Attempt from, Limits limits);

    /** All changes that this option can make, the smallest first. */
    List<Change> variants(Attempt from, Limits limits) {
        return apply(from, limits).stream().toList();
    }

    /** The effect on the training. */
    String cost() {
        return cost;
    }

    Optional<Change> recompute(Attempt from, Recomputation rung) {
        var flags = "--recompute " + EnumNames.of(rung);
        return Optional.of(new Change(this, flags, new Attempt(from.arguments(), rung, from.longestRow())));
    }

    Change change(String flags, Attempt from, Batching batching) {
        var a = from.arguments();
        return change(flags, from, a.selecting(), a.optimizing(), batching);
    }

    Change change(String flags, Attempt from, Optimizing optimizing) {
        var a = from.arguments();
        return change(flags, from, a.selecting(), optimizing, a.batching());
    }

    Change change(String flags, Attempt from, Selecting selecting) {
        var a = from.arguments();
        return change(flags, from, selecting, a.optimizing(), a.batching());
    }

    private Change change(String flags, Attempt from, Selecting selecting, Optimizing optimizing, Batching batching) {
        var a = from.arguments();
        var changed = new TrainingArguments(
                a.model(),
                a.data(),
                selecting,
                optimizing,
                a.scheduling(),
                batching,
                a.evaluating(),
                a.saving(),
                a.running());
        return new Change(this, flags, new Attempt(changed, from.recomputation(), from.longestRow()));
    }

    static Optimizing optimizing(Optimizing old, SaveType moments, Masters masters) {
        return new Optimizing(
                old.learningRate(),
                old.weightDecay(),
                old.beta1(),
                old.beta2(),
                old.epsilon(),
                old.maxGradNorm(),
                moments,
                masters,
                old.weightRounding());
    }
}
