package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.jspecify.annotations.Nullable;

/**
 * A backend that only counts what is allocated. Plans run the program's own allocating code on it, so they cannot drift from the
 * program. Its memory has a size and no address; ops throw.
 */
public final class MeasuringBackend implements Backend {
    private final DType storage;
    private final int padding;
    private final long logitsBytes;
    private final long ownBytes;
    private final MemoryLedger ledger = new MemoryLedger();
    private final Ops ops = (Ops) Proxy.newProxyInstance(
            Ops.class.getClassLoader(), new Class<?>[] {Ops.class}, (_, method, _) -> without(method.getName()));

    /** Measures for a backend that stores weights and activations as {@code storage}. */
    public MeasuringBackend(DType storage) {
        this(storage, 1, 64L << 20, 0);
    }

    private MeasuringBackend(DType storage, int padding, long logitsBytes, long ownBytes) {
        this.storage = storage;
        this.padding = padding;
        this.logitsBytes = logitsBytes;
        this.ownBytes = ownBytes;
        ledger.add(MemoryCategory.WORKSPACE, ownBytes);
    }

    /** Measures for {@code backend}, including its {@linkplain Backend#ownBytes own memory}. */
    public static MeasuringBackend like(Backend backend) {
        return new MeasuringBackend(backend.storage(), backend.padding(), backend.logitsBytes(), backend.ownBytes());
    }

    /** Converting is part of filling weights, which plans do too; other ops cannot run. */
    private static @Nullable Object without(String op) {
        if (op.equals("convert")) return null;
        throw new IllegalStateException(op + " on a backend that only measures");
    }

    @Override
    public String description() {
        return "measuring";
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Timeline timeline() {
        return new Timeline() {
            @Override
            public Phase enter(Phase next) {
                return next;
            }

            @Override
            public Map<Phase, Double> drain() {
                return Map.of();
            }
        };
    }

    @Override
    public MemoryLedger memory() {
        return ledger;
    }

    @Override
    public DType storage() {
        return storage;
    }

    @Override
    public int padding() {
        return padding;
    }

    @Override
    public long logitsBytes() {
        return logitsBytes;
    }

    @Override
    public long ownBytes() {
        return ownBytes;
    }

    @Override
    public long availableBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public MemorySegment allocate(MemoryCategory category, long bytes) {
        ledger.add(category, bytes);
        return MemorySegment.NULL.reinterpret(bytes);
    }

    @Override
    public void free(MemoryCategory category, MemorySegment block) {
        ledger.subtract(category, block.byteSize());
    }

    @Override
    public void upload(Tensor target, HostTensor source) {}

    @Override
    public HostTensor download(Tensor source) {
        throw new IllegalStateException("nothing to download from a backend that only measures");
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {
        ledger.subtract(MemoryCategory.WORKSPACE, ownBytes);
    }
}
