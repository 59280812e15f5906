package org.halftune.backend.cuda;

import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;

/** Changes element types on the device ({@code conversion.cu}): widens exactly, rounds to nearest. */
final class CudaConversion {
    private static final int BLOCK = 256;
    static final int ELEMENTS_OF_BLOCK = 8 * BLOCK;

    private final Kernels kernels;
    private final DeviceCopies copies;

    CudaConversion(Kernels kernels, DeviceCopies copies) {
        this.kernels = kernels;
        this.copies = copies;
    }

    /** {@code y = x}: dense, of the same number of elements. */
    void convert(Tensor y, Tensor x) {
        if (y.dtype() == x.dtype()) {
            copies.copy(y, x);
            return;
        }
        long n = x.elements();
        if (y.elements() != n) {
            throw new IllegalArgumentException("conversion of " + x.shape() + " to " + y.shape());
        }
        kernels.get(kernel(x.dtype(), y.dtype()))
                .launch(Math.ceilDiv(n, ELEMENTS_OF_BLOCK), 1, 1, BLOCK, 0)
                .tensor(y)
                .tensor(x)
                .i64(n)
                .run();
    }

    /** Whether there is a kernel for it, or nothing to do. */
    static boolean possible(DType from, DType to) {
        return from == to || (from != DType.I32 && (to == DType.F32 || to == DType.BF16));
    }

    static String kernel(DType from, DType to) {
        if (!possible(from, to)) throw new IllegalArgumentException("no conversion of " + from + " to " + to);
        return switch (from) {
            case F32 -> "convert_f32_bf16";
            case BF16 -> "convert_bf16_f32";
            case F16 -> to == DType.F32 ? "convert_f16_f32" : "convert_f16_bf16";
            case I32 -> throw new IllegalStateException();
        };
    }
}
