package org.halftune.backend.cuda.driver;

/**
 * The last things queued since the host last waited for the device. A kernel that fails shows only at a later call; this lists the kernels
 * it may have been. It is kept in arrays that are written over, so that a launch allocates nothing.
 */
public final class LaunchLog {
    private static final int KEPT = 6;

    private final String[] names = new String[KEPT];
    private final String[] formats = new String[KEPT];
    private final int[][] shapes = new int[KEPT][5];
    private long count;

    /** {@code name<<<(gridX, gridY, gridZ), blockX, sharedBytes>>>}. */
    public void kernel(String name, int gridX, int gridY, int gridZ, int blockX, int sharedBytes) {
        add(name, "%s<<<(%d, %d, %d), %d, %d bytes>>>", gridX, gridY, gridZ, blockX, sharedBytes);
    }

    /** A product of [m,k] and [k,n]. */
    public void product(String call, int m, int n, int k) {
        add(call, "%s [m %d, n %d, k %d]", m, n, k, 0, 0);
    }

    /** A graph; which of its kernels runs is not known. */
    void graph() {
        add("a graph (CUDA_LAUNCH_BLOCKING=1 launches one by one and names the kernel)", "%s", 0, 0, 0, 0, 0);
    }

    private void add(String name, String format, int a, int b, int c, int d, int e) {
        int slot = (int) (count++ % KEPT);
        names[slot] = name;
        formats[slot] = format;
        var shape = shapes[slot];
        shape[0] = a;
        shape[1] = b;
        shape[2] = c;
        shape[3] = d;
        shape[4] = e;
    }

    /** The host has waited: a failure from now on is of later work. */
    void waited() {
        count = 0;
    }

    /** {@code queued since the host last waited, the newest last: …}. */
    @Override
    public String toString() {
        if (count == 0) return "nothing was queued since the host last waited";
        var text = new StringBuilder("queued since the host last waited, the newest last: ");
        long first = Math.max(0, count - KEPT);
        if (first > 0) text.append(first).append(" others, ");
        for (long i = first; i < count; i++) {
            int slot = (int) (i % KEPT);
            var shape = shapes[slot];
            if (i > first) text.append(", ");
            text.append(String.format(formats[slot], names[slot], shape[0], shape[1], shape[2], shape[3], shape[4]));
        }
        return text.toString();
    }
}
