package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.halftune.backend.Tensor;
import org.jspecify.annotations.Nullable;

/** {@code loss = logsumexp(logits) − logits[target]} of each row, and its gradient in place: logits [R,V], targets [R]. */
final class CrossEntropy {
    private final Workers workers;

    CrossEntropy(Workers workers) {
        this.workers = workers;
    }

    void forward(Tensor losses, Tensor logits, Tensor targets) {
        long vocabulary = logits.dim(1);
        workers.ranges(
                logits.dim(0), 1, (t, _) -> loss(losses, logits.memory(), t * vocabulary, vocabulary, targets, t));
    }

    /** {@code dLogits = (softmax − onehot)·scale·weight}. */
    void forwardBackward(Tensor losses, Tensor logits, Tensor targets, float scale, @Nullable Tensor weights) {
        long vocabulary = logits.dim(1);
        MemorySegment memory = logits.memory();
        workers.ranges(logits.dim(0), 1, (t, _) -> {
            long row = t * vocabulary;
            float logSum = loss(losses, memory, row, vocabulary, targets, t);
            float factor = weights == null ? scale : scale * Lanes.get(weights.memory(), t);
            for (long i = 0; i < vocabulary; i += Lanes.WIDTH) {
                var mask = Lanes.first(vocabulary - i);
                var p = Lanes.exp(Lanes.load(memory, row + i, mask).sub(logSum));
                Lanes.store(p.mul(factor), memory, row + i, mask);
            }
            long target = row + Lanes.getInt(targets.memory(), t);
            Lanes.set(memory, target, Lanes.get(memory, target) - factor);
        });
    }

    /** Writes the loss of row {@code t} and returns the row's log-sum-exp. */
    private static float loss(Tensor losses, MemorySegment logits, long row, long vocabulary, Tensor targets, long t) {
        var most = FloatVector.broadcast(Lanes.SPECIES, Float.NEGATIVE_INFINITY);
        for (long i = 0; i < vocabulary; i += Lanes.WIDTH) {
            var mask = Lanes.first(vocabulary - i);
            most = most.lanewise(VectorOperators.MAX, Lanes.load(logits, row + i, mask), mask);
        }
        float max = most.reduceLanes(VectorOperators.MAX);
        var total = FloatVector.zero(Lanes.SPECIES);
        for (long i = 0; i < vocabulary; i += Lanes.WIDTH) {
            var mask = Lanes.first(vocabulary - i);
            var e = Lanes.exp(Lanes.load(logits, row + i, mask).sub(max));
            total = total.add(e, mask);
        }
        float logSum = max + (float) Math.log(Lanes.sum(total));
        Lanes.set(losses.memory(), t, logSum - Lanes.get(logits, row + Lanes.getInt(targets.memory(), t)));
        return logSum;
    }
}
