package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.halftune.backend.Tensor;

/** {@code loss = logsumexp(logits) − logits[target]} of each row, and its gradient in place: logits [R,V], targets [R]. */
final class CrossEntropy {
    private final Workers workers;

    CrossEntropy(Workers workers) {
        this.workers = workers;
    }

    void forward(Tensor losses, Tensor logits, Tensor targets) {
        long vocabulary = logits.dim(1), stride = logits.rowStride();
        MemorySegment memory = logits.memory();
        workers.ranges(logits.dim(0), 1, (t, _) -> {
            long row = t * stride;
            int wanted = Lanes.getInt(targets.memory(), t);
            if (wanted < 0) {
                Lanes.set(losses.memory(), t, 0);
                return;
            }
            float max = max(memory, row, vocabulary);
            var total = FloatVector.zero(Lanes.SPECIES);
            for (long i = 0; i < vocabulary; i += Lanes.WIDTH) {
                total = total.add(exponential(memory, row + i, vocabulary - i, max));
            }
            float logit = Lanes.get(memory, row + wanted);
            Lanes.set(losses.memory(), t, max + (float) Math.log(Lanes.sum(total)) - logit);
        });
    }

    /** {@code dLogits = (softmax − onehot)·weight}. The exponentials are taken once and stay where the logits were. */
    void forwardBackward(Tensor losses, Tensor logits, Tensor targets, Tensor weights) {
        long vocabulary = logits.dim(1), stride = logits.rowStride();
        MemorySegment memory = logits.memory();
        workers.ranges(logits.dim(0), 1, (t, _) -> {
            long row = t * stride;
            int wanted = Lanes.getInt(targets.memory(), t);
            if (wanted < 0) {
                Lanes.set(losses.memory(), t, 0);
                memory.asSlice(4 * row, 4 * vocabulary).fill((byte) 0);
                return;
            }
            long target = row + wanted;
            float logit = Lanes.get(memory, target);
            float max = max(memory, row, vocabulary);
            var total = FloatVector.zero(Lanes.SPECIES);
            for (long i = 0; i < vocabulary; i += Lanes.WIDTH) {
                var e = exponential(memory, row + i, vocabulary - i, max);
                total = total.add(e);
                Lanes.store(e, memory, row + i, vocabulary - i);
            }
            float sum = Lanes.sum(total);
            Lanes.set(losses.memory(), t, max + (float) Math.log(sum) - logit);
            float weight = Lanes.get(weights.memory(), t);
            for (long i = 0; i < vocabulary; i += Lanes.WIDTH) {
                var p = Lanes.load(memory, row + i, vocabulary - i).div(sum);
                Lanes.store(p.mul(weight), memory, row + i, vocabulary - i);
            }
            Lanes.set(memory, target, Lanes.get(memory, target) - weight);
        });
    }

    /** Both parts of the sum as one double, the losses added in order. */
    void sum(Tensor sum, Tensor losses) {
        double total = (double) Lanes.get(sum.memory(), 0) + Lanes.get(sum.memory(), 1);
        for (long i = 0; i < losses.elements(); i++) total += Lanes.get(losses.memory(), i);
        float high = (float) total;
        Lanes.set(sum.memory(), 0, high);
        Lanes.set(sum.memory(), 1, Float.isFinite(high) ? (float) (total - high) : 0);
    }

    private static float max(MemorySegment logits, long row, long vocabulary) {
        var most = FloatVector.broadcast(Lanes.SPECIES, Float.NEGATIVE_INFINITY);
        for (long i = 0; i < vocabulary; i += Lanes.WIDTH) {
            most = most.max(Lanes.loadOr(logits, row + i, vocabulary - i, Float.NEGATIVE_INFINITY));
        }
        return most.reduceLanes(VectorOperators.MAX);
    }

    /** {@code e^(x − shift)} of the next logits, 0 behind the last. */
    private static FloatVector exponential(MemorySegment logits, long i, long left, float shift) {
        return Lanes.exp(Lanes.loadOr(logits, i, left, Float.NEGATIVE_INFINITY).sub(shift));
    }
}
