package org.halftune.backend.cuda;

import org.halftune.backend.Tensor;

/** The launch of {@code sampling.cu}: ids, uniforms [S], logits [S,V] in fp32, rows a stride apart. */
final class CudaSampling {
    private static final int THREADS = 1024;
    /** A float a thread for each value of four bits. */
    private static final int SHARED_BYTES = 16 * THREADS * Float.BYTES;

    private final Kernels kernels;

    CudaSampling(Kernels kernels) {
        this.kernels = kernels;
    }

    /** A block for each row. Infinite temperature would make −∞ a logit like any other. */
    void sample(Tensor ids, Tensor logits, Tensor uniforms, double temperature, double topP) {
        kernels.get("sample")
                .launch(logits.dim(0), 1, 1, THREADS, SHARED_BYTES)
                .tensor(ids)
                .tensor(logits)
                .tensor(uniforms)
                .i32(logits.dim(0))
                .i32(logits.dim(1))
                .i32(logits.rowStride())
                .f32((float) Math.min(temperature, Float.MAX_VALUE))
                .f32((float) topP)
                .run();
    }
}
