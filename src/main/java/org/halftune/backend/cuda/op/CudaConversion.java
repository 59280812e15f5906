package org.halftune.backend.cuda.op;

import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;
import org.halftune.tensor.DType;

/** Changes element types on the device ({@code conversion.cu}): widens exactly, rounds to nearest. */
public final class CudaConversion {
    private static final int THREADS = 256;
    private static final int ELEMENTS_OF_BLOCK = 8 * THREADS;

    private final LaunchSink sink;

    public CudaConversion(LaunchSink sink) {
        this.sink = sink;
    }

    /** {@code y = x}: dense, of the same number of elements. */
    public void convert(Tensor y, Tensor x) {
        if (y.dtype() == x.dtype()) {
            sink.copy(y, x);
            return;
        }
        long n = x.elements();
        if (y.elements() != n) {
            throw new IllegalArgumentException("conversion of " + x.shape() + " to " + y.shape());
        }
        sink.kernel(kernel(x.dtype(), y.dtype()), Math.ceilDiv(n, ELEMENTS_OF_BLOCK), 1, 1, THREADS, 0)
                .tensor(y)
                .tensor(x)
                .i64(n)
                .run(_ -> Cost.ofMemory(n * x.dtype().bytes(), n * y.dtype().bytes()));
    }

    /** Whether there is a kernel for it, or nothing to do. */
    public static boolean possible(DType from, DType to) {
        return from == to || (from != DType.I32 && (to == DType.F32 || to == DType.BF16));
    }

    private static String kernel(DType from, DType to) {
        if (!possible(from, to)) throw new IllegalArgumentException("no conversion of " + from + " to " + to);
        return switch (from) {
            case F32 -> "convert_f32_bf16";
            case BF16 -> "convert_bf16_f32";
            case F16 -> to == DType.F32 ? "convert_f16_f32" : "convert_f16_bf16";
            case I32 -> throw new IllegalStateException();
        };
    }
}
