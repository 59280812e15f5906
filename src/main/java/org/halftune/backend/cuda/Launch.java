package org.halftune.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.Pointer;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one launch. There is one such object a backend, used again and again: a launch allocates nothing.
 *
 * <p>CUDA wants an array of pointers to argument values. Both lie in native memory that is written once: slot i holds the
 * value of argument i in 8 bytes, and the array points to the slots, so a launch only writes values.
 */
final class Launch implements AutoCloseable {
    /** More than any kernel takes. */
    static final int MAX_PARAMETERS = 40;

    private static final int SLOT = 8;

    private final CudaContext context;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment values = arena.allocate((long) SLOT * MAX_PARAMETERS, SLOT);
    private final Pointer pointers;
    private final byte[] sizes = new byte[MAX_PARAMETERS];

    private @Nullable Kernel kernel;
    private String last = "no kernel";
    private int gridX;
    private int gridY;
    private int gridZ;
    private int blockX;
    private int sharedBytes;
    private int count;

    Launch(CudaContext context) {
        this.context = context;
        var array = arena.allocate(ValueLayout.ADDRESS, MAX_PARAMETERS);
        for (int i = 0; i < MAX_PARAMETERS; i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, values.asSlice((long) SLOT * i, SLOT));
        }
        pointers = Raw.pointer(array.address());
    }

    CudaContext context() {
        return context;
    }

    Launch begin(Kernel next, int gridX, int gridY, int gridZ, int blockX, int sharedBytes) {
        if (kernel != null) throw new IllegalStateException("a launch of " + kernel.name() + " was begun and not run");
        kernel = next;
        this.gridX = gridX;
        this.gridY = gridY;
        this.gridZ = gridZ;
        this.blockX = blockX;
        this.sharedBytes = sharedBytes;
        count = 0;
        return this;
    }

    /** The address of a tensor's first element. */
    Launch tensor(Tensor x) {
        if (!x.memory().scope().isAlive()) throw abandoned("argument " + count + " was freed: " + x);
        return address(x.memory().address());
    }

    /** A tensor's address, or the null pointer. */
    Launch orNull(@Nullable Tensor x) {
        return x == null ? address(0) : tensor(x);
    }

    /** A device address. */
    Launch address(long address) {
        return i64(address);
    }

    Launch i32(int value) {
        values.set(ValueLayout.JAVA_INT, slot(Integer.BYTES), value);
        return this;
    }

    /** A size or pitch that the kernel takes as an {@code int}. */
    Launch i32(long value) {
        return i32(Math.toIntExact(value));
    }

    Launch i64(long value) {
        values.set(ValueLayout.JAVA_LONG, slot(Long.BYTES), value);
        return this;
    }

    Launch f32(float value) {
        values.set(ValueLayout.JAVA_FLOAT, slot(Float.BYTES), value);
        return this;
    }

    private long slot(int bytes) {
        sizes[count] = (byte) bytes;
        return (long) SLOT * count++;
    }

    /** Queues the kernel. */
    void run() {
        var launching = kernel;
        if (launching == null) throw new IllegalStateException("no launch was begun");
        checkAgainst(launching);
        kernel = null;
        if (gridX == 0 || gridY == 0 || gridZ == 0) return;
        context.attach();
        int code = JCudaDriver.cuLaunchKernel(
                launching.function(), gridX, gridY, gridZ, blockX, 1, 1, sharedBytes, context.stream(), pointers, null);
        if (code != CUresult.CUDA_SUCCESS) throw context.failure(code, "cuLaunchKernel of " + describe(launching));
        context.queued().kernel(launching.name(), gridX, gridY, gridZ, blockX, sharedBytes);
        launching.launched();
        last = launching.name();
    }

    /** The kernel that was launched last. */
    String last() {
        return last;
    }

    /** The driver reads as many bytes as the kernel declares: an argument too few or too short would be garbage. */
    private void checkAgainst(Kernel launching) {
        var declared = launching.parameterSizes();
        if (declared == null) return;
        if (declared.length != count) {
            throw abandoned("it takes " + declared.length + " arguments, was given " + count);
        }
        for (int i = 0; i < count; i++) {
            if (declared[i] != sizes[i]) {
                throw abandoned("argument " + i + " has " + declared[i] + " bytes, was given " + sizes[i]);
            }
        }
    }

    private IllegalStateException abandoned(String why) {
        var name = kernel == null ? "no kernel" : kernel.name();
        kernel = null;
        return new IllegalStateException("launch of " + name + ": " + why);
    }

    /** {@code rope<<<(64, 8, 1), 128, 0 bytes>>>}. */
    private String describe(Kernel launching) {
        return launching.name() + "<<<(" + gridX + ", " + gridY + ", " + gridZ + "), " + blockX + ", " + sharedBytes
                + " bytes>>>";
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) arena.close();
    }
}
