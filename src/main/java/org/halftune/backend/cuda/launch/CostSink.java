package org.halftune.backend.cuda.launch;

import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cost.WorkLog;
import org.halftune.tensor.DType;

/** Writes down what work costs, with the phase that runs. Nothing is launched. */
public final class CostSink implements LaunchSink {
    private final DeviceContents contents;
    private final Launch launch = new Launch(this);
    private WorkLog log = new WorkLog();
    private Phase phase = Phase.OTHER;
    private boolean replaying;

    public CostSink(DeviceContents contents) {
        this.contents = contents;
    }

    /** Begins a phase; returns the one that ends. */
    public Phase enter(Phase next) {
        var ended = phase;
        phase = next;
        return ended;
    }

    /** Runs operations that a device would launch as one graph. */
    public void replay(Runnable operations) {
        log.replayed();
        replaying = true;
        operations.run();
        replaying = false;
    }

    /** All work since the last call. */
    public WorkLog take() {
        var taken = log;
        log = new WorkLog();
        return taken;
    }

    void add(Work work) {
        log.add(work, phase, replaying);
    }

    @Override
    public Launch kernel(String name, long gridX, int gridY, int gridZ, int threads, int sharedBytes) {
        return launch.begin(name, gridX, gridY, gridZ, threads, sharedBytes);
    }

    @Override
    public void launch(Launch launch, LaunchCost cost) {
        var c = cost.of(contents);
        add(new Work.KernelRun(launch.kernel(), c.asked(), c.moved(), c.tensorOperations(), launch.blocks()));
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
        long result = bytes(c);
        add(new Work.Product(
                use,
                Math.toIntExact(c.dim(1)),
                Math.toIntExact(c.dim(0)),
                Math.toIntExact(k),
                new Traffic(bytes(a) + bytes(b) + (accumulate ? result : 0), result)));
    }

    private static long bytes(Tensor x) {
        return x.elements() * x.dtype().bytes();
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        long bytes = x.memory().byteSize();
        if (bytes == 0) return;
        add(new Work.Copy(Work.Route.DEVICE_TO_DEVICE, bytes));
        if (x.dtype() == DType.I32) contents.copy(y, x);
    }

    @Override
    public void zero(Tensor x) {
        zero(x.memory().byteSize());
    }

    /** Sets so many bytes to zero. */
    public void zero(long bytes) {
        if (bytes > 0) add(new Work.Fill(bytes));
    }
}
