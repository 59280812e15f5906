package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * A backend that counts and does nothing: what is built on it says what the real thing will allocate, by running the very
 * code that allocates. So a plan cannot drift from the program. Its memory has a size and no address; ops throw.
 */
public final class MeasuringBackend implements Backend {
    private final DType storage;
    private final MemoryLedger ledger = new MemoryLedger();
    private final Ops ops =
            (Ops) Proxy.newProxyInstance(Ops.class.getClassLoader(), new Class<?>[] {Ops.class}, (_, method, _) -> {
                throw new IllegalStateException(method.getName() + " on a backend that only measures");
            });

    public MeasuringBackend(DType storage) {
        this.storage = storage;
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
    public long availableBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public MemorySegment allocate(Category category, long bytes) {
        ledger.add(category, bytes);
        return MemorySegment.NULL.reinterpret(bytes);
    }

    @Override
    public void free(Category category, MemorySegment block) {
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
    public void close() {}
}
