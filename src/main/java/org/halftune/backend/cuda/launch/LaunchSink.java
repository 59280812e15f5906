package org.halftune.backend.cuda.launch;

import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Work;

/**
 * Where ops send their work. An op describes each launch, product, copy and fill once; {@link StreamSink} queues it on the device's
 * stream, {@link CostSink} writes down what it costs.
 */
public sealed interface LaunchSink permits StreamSink, CostSink {

    /**
     * Begins a launch: give every argument in the order of the kernel's parameters, then {@link Launch#run}.
     *
     * @param threads of a block
     * @param sharedBytes dynamic shared memory of a block
     */
    Launch kernel(String name, long gridX, int gridY, int gridZ, int threads, int sharedBytes);

    /** Takes a launch that is described completely and has blocks. Only a sink that counts asks for the cost. */
    void launch(Launch launch, LaunchCost cost);

    /**
     * A product as BLAS has it, with matrices in column-major order: {@code C (+)= op(A)·op(B)}. A row-major tensor [r,c] is a
     * column-major matrix [c,r]. So C has c.dim(1) rows and c.dim(0) columns.
     *
     * @param use which product of a linear layer it is
     * @param k the length of the sums
     * @param accumulate adds to C instead of overwriting it
     */
    void multiply(
            Work.Use use,
            boolean transposeA,
            boolean transposeB,
            Tensor a,
            Tensor b,
            long k,
            boolean accumulate,
            Tensor c);

    /** {@code y = x}: dense, of the same type and size. */
    void copy(Tensor y, Tensor x);

    /** Sets all bytes of a dense tensor to zero. */
    void zero(Tensor x);
}
