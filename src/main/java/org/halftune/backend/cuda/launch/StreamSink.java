package org.halftune.backend.cuda.launch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.Pointer;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cuda.cublas.Cublas;
import org.halftune.backend.cuda.driver.CudaContext;
import org.halftune.backend.cuda.driver.DeviceCopies;
import org.halftune.backend.cuda.driver.Raw;
import org.halftune.tensor.DType;

/**
 * Queues work on the device's stream.
 *
 * <p>CUDA takes an array of pointers to argument values. Both lie in native memory: the pointers are written once, the values by
 * each launch.
 */
public final class StreamSink implements LaunchSink, AutoCloseable {
    private final CudaContext context;
    private final Kernels kernels;
    private final Cublas cublas;
    private final DeviceCopies copies;
    private final Launch launch = new Launch(this);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment values = arena.allocate(ValueLayout.JAVA_LONG, Launch.MAX_PARAMETERS);
    private final Pointer pointers;
    private String last = "no kernel";

    public StreamSink(CudaContext context, Kernels kernels, Cublas cublas, DeviceCopies copies) {
        this.context = context;
        this.kernels = kernels;
        this.cublas = cublas;
        this.copies = copies;
        var array = arena.allocate(ValueLayout.ADDRESS, Launch.MAX_PARAMETERS);
        for (int i = 0; i < Launch.MAX_PARAMETERS; i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, values.asSlice((long) Long.BYTES * i, Long.BYTES));
        }
        pointers = Raw.pointer(array.address());
    }

    @Override
    public Launch kernel(String name, long gridX, int gridY, int gridZ, int threads, int sharedBytes) {
        return launch.begin(name, gridX, gridY, gridZ, threads, sharedBytes);
    }

    @Override
    public void launch(Launch launch, LaunchCost cost) {
        var kernel = kernels.get(launch.kernel());
        launch.checkAgainst(kernel.parameterSizes());
        kernel.allowShared(launch.sharedBytes());
        launch.writeTo(values);
        int x = launch.gridX(), y = launch.gridY(), z = launch.gridZ();
        int threads = launch.threads(), sharedBytes = launch.sharedBytes();
        context.attach();
        int code = JCudaDriver.cuLaunchKernel(
                kernel.function(), x, y, z, threads, 1, 1, sharedBytes, context.stream(), pointers, null);
        if (code != CUresult.CUDA_SUCCESS) throw context.failure(code, "cuLaunchKernel of " + launch);
        context.queued().kernel(kernel.name(), x, y, z, threads, sharedBytes);
        kernel.launched();
        last = kernel.name();
    }

    /** The kernel that was launched last, for messages about failures that show only later. */
    public String last() {
        return last;
    }

    @Override
    public void multiply(
            Work.Use use,
            boolean transposeA,
            boolean transposeB,
            Tensor a,
            Tensor b,
            long k,
            boolean accumulate,
            Tensor c) {
        context.attach();
        cublas.multiply(
                transposeA,
                transposeB,
                Math.toIntExact(c.dim(1)),
                Math.toIntExact(c.dim(0)),
                Math.toIntExact(k),
                matrix(a),
                matrix(b),
                accumulate ? 1 : 0,
                matrix(c));
    }

    private static Cublas.Matrix matrix(Tensor x) {
        return new Cublas.Matrix(x.memory().address(), type(x.dtype()), Math.toIntExact(x.rowStride()));
    }

    private static int type(DType dtype) {
        return switch (dtype) {
            case BF16 -> Cublas.R_16BF;
            case F32 -> Cublas.R_32F;
            case F16, I32 -> throw new IllegalArgumentException("no products of " + dtype);
        };
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        copies.copy(y, x);
    }

    @Override
    public void zero(Tensor x) {
        copies.zero(x);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) arena.close();
    }
}
