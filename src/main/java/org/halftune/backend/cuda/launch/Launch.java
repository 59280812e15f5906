package org.halftune.backend.cuda.launch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.halftune.backend.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One launch of a kernel: its name, grid, block and arguments. A sink has one such object and uses it for every launch, so that
 * describing a launch allocates no more than the closure that computes its cost.
 */
public final class Launch {
    /** More than any kernel takes. */
    static final int MAX_PARAMETERS = 40;

    private final LaunchSink sink;
    private final long[] values = new long[MAX_PARAMETERS];
    private final byte[] sizes = new byte[MAX_PARAMETERS];

    private String kernel = "no kernel";
    private boolean begun;
    private int gridX;
    private int gridY;
    private int gridZ;
    private int threads;
    private int sharedBytes;
    private int count;

    Launch(LaunchSink sink) {
        this.sink = sink;
    }

    /** See {@link LaunchSink#kernel}. */
    Launch begin(String kernel, long gridX, int gridY, int gridZ, int threads, int sharedBytes) {
        if (begun) throw new IllegalStateException("a launch of " + this.kernel + " was begun and not run");
        this.kernel = kernel;
        this.gridX = Math.toIntExact(gridX);
        this.gridY = gridY;
        this.gridZ = gridZ;
        this.threads = threads;
        this.sharedBytes = sharedBytes;
        count = 0;
        begun = true;
        return this;
    }

    /** The address of a tensor's first element. */
    public Launch tensor(Tensor x) {
        if (!x.memory().scope().isAlive()) throw refused("argument " + count + " was freed: " + x);
        return i64(x.memory().address());
    }

    public Launch i32(int value) {
        return argument(value, Integer.BYTES);
    }

    /** A size or pitch that the kernel takes as an {@code int}. */
    public Launch i32(long value) {
        if ((int) value != value) throw refused("argument " + count + " is " + value + ", more than an int holds");
        return i32((int) value);
    }

    public Launch i64(long value) {
        return argument(value, Long.BYTES);
    }

    public Launch f32(float value) {
        return argument(Float.floatToRawIntBits(value), Float.BYTES);
    }

    private Launch argument(long bits, int bytes) {
        values[count] = bits;
        sizes[count++] = (byte) bytes;
        return this;
    }

    /** Gives the launch to the sink. A grid without blocks is not launched, so ops need not check for zero tokens. */
    public void run(LaunchCost cost) {
        if (!begun) throw new IllegalStateException("no launch was begun");
        begun = false;
        if (blocks() > 0) sink.launch(this, cost);
    }

    String kernel() {
        return kernel;
    }

    int gridX() {
        return gridX;
    }

    int gridY() {
        return gridY;
    }

    int gridZ() {
        return gridZ;
    }

    int threads() {
        return threads;
    }

    int sharedBytes() {
        return sharedBytes;
    }

    long blocks() {
        return (long) gridX * gridY * gridZ;
    }

    /** Writes argument i to bytes 8·i of {@code target}. The hosts of CUDA devices are little-endian: an int comes first. */
    void writeTo(MemorySegment target) {
        MemorySegment.copy(values, 0, target, ValueLayout.JAVA_LONG, 0, count);
    }

    /** The driver reads as many bytes as the kernel declares: an argument too few or too short would be garbage. */
    void checkAgainst(byte @Nullable [] declared) {
        if (declared == null) return;
        if (declared.length != count) {
            throw refused("it takes " + declared.length + " arguments, was given " + count);
        }
        for (int i = 0; i < count; i++) {
            if (declared[i] != sizes[i]) {
                throw refused("argument " + i + " has " + declared[i] + " bytes, was given " + sizes[i]);
            }
        }
    }

    private IllegalStateException refused(String why) {
        begun = false;
        return new IllegalStateException("launch of " + kernel + ": " + why);
    }

    /** {@code rope<<<(64, 8, 1), 128, 0 bytes>>>}. */
    @Override
    public String toString() {
        return kernel + "<<<(" + gridX + ", " + gridY + ", " + gridZ + "), " + threads + ", " + sharedBytes
                + " bytes>>>";
    }
}
