package org.halftune.backend.cuda.launch;

import java.lang.foreign.MemorySegment;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cuda.driver.HostCopies;

/** Writes down the copies between host and device. What comes from the device is zeros. */
public final class CountedHostCopies implements HostCopies {
    private final CostSink sink;

    public CountedHostCopies(CostSink sink) {
        this.sink = sink;
    }

    @Override
    public void toDevice(long target, MemorySegment source) {
        long bytes = source.byteSize();
        for (long done = 0; done < bytes; done += SLOT_BYTES) {
            sink.add(new Work.Copy(Work.Route.HOST_TO_DEVICE, Math.min(SLOT_BYTES, bytes - done)));
        }
    }

    @Override
    public <E extends Exception> void toHost(long source, long bytes, Taker<E> taker) throws E {
        var zeros = MemorySegment.ofArray(new byte[(int) Math.min(SLOT_BYTES, bytes)]);
        for (long done = 0; done < bytes; done += SLOT_BYTES) {
            long count = Math.min(SLOT_BYTES, bytes - done);
            sink.add(new Work.Copy(Work.Route.DEVICE_TO_HOST, count));
            taker.take(zeros.asSlice(0, count), done);
        }
    }
}
