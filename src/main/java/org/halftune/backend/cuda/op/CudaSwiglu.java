package org.halftune.backend.cuda.op;

import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.Launch;
import org.halftune.backend.cuda.launch.LaunchSink;

/** Launches of {@code swiglu.cu}: all tensors [T,F], rows a stride apart. Bound by memory: each operand passes once. */
final class CudaSwiglu {
    private static final int MOST_THREADS = 256;

    private final LaunchSink sink;

    CudaSwiglu(LaunchSink sink) {
        this.sink = sink;
    }

    void forward(Tensor y, Tensor gate, Tensor up) {
        launch("swiglu_forward", y)
                .tensor(y)
                .tensor(gate)
                .tensor(up)
                .i32(y.dim(0))
                .i32(y.dim(1))
                .i32(y.rowStride())
                .i32(gate.rowStride())
                .i32(up.rowStride())
                .run(_ -> Cost.ofMemory(4 * y.elements(), 2 * y.elements()));
    }

    void backward(Tensor dGate, Tensor dUp, Tensor dy, Tensor gate, Tensor up) {
        launch("swiglu_backward", dy)
                .tensor(dGate)
                .tensor(dUp)
                .tensor(dy)
                .tensor(gate)
                .tensor(up)
                .i32(dy.dim(0))
                .i32(dy.dim(1))
                .i32(dGate.rowStride())
                .i32(dUp.rowStride())
                .i32(dy.rowStride())
                .i32(gate.rowStride())
                .i32(up.rowStride())
                .run(_ -> Cost.ofMemory(6 * dy.elements(), 4 * dy.elements()));
    }

    private Launch launch(String kernel, Tensor x) {
        var blocks = RowBlocks.of(x.dim(1), MOST_THREADS);
        return sink.kernel(kernel, x.dim(0) * blocks.perRow(), 1, 1, blocks.threads(), 0);
    }
}
