package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.driver.HostCopies;
import org.halftune.backend.cuda.op.CudaConversion;
import org.halftune.backend.cuda.op.DeviceScratch;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.halftune.tensor.TensorStream;

/**
 * Tensors between host and device. What changes its element type on the way up is copied as it is and converted by the
 * device: files are read once, and never converted on the host.
 */
final class Transfers {
    private final HostCopies copies;
    private final DeviceScratch scratch;
    private final CudaConversion conversion;

    Transfers(HostCopies copies, DeviceScratch scratch, CudaConversion conversion) {
        this.copies = copies;
        this.scratch = scratch;
        this.conversion = conversion;
    }

    /** Copies to a dense tensor of the same number of elements; the source may be reused when this returns. */
    void upload(Tensor target, HostTensor source) {
        requireDense(target);
        if (target.elements() != source.shape().elements()
                || !CudaConversion.possible(source.dtype(), target.dtype())) {
            throw new IllegalArgumentException(
                    source.dtype() + " " + source.shape() + " does not fit " + target.dtype() + " " + target.shape());
        }
        if (target.dtype() == source.dtype()) {
            copies.toDevice(target.memory().address(), source.data());
            return;
        }
        int from = source.dtype().bytes(), to = target.dtype().bytes();
        long most = HostCopies.SLOT_BYTES / from;
        for (long i = 0; i < target.elements(); i += most) {
            long count = Math.min(most, target.elements() - i);
            var shape = Shape.of(count);
            // The scratch may still be read by the conversion before: copies are queued behind it, so they come after
            // it.
            var raw = scratch.begin().allocate(source.dtype(), count);
            copies.toDevice(raw.memory().address(), source.data().asSlice(i * from, count * from));
            conversion.convert(
                    Tensor.dense(target.dtype(), shape, target.memory().asSlice(i * to, count * to)), raw);
        }
    }

    /** Waits for the ops before it and copies a dense tensor to the heap. */
    HostTensor download(Tensor source) {
        requireDense(source);
        var target = onHeap(source.dtype(), Math.toIntExact(source.elements()));
        copies.toHost(
                source.memory().address(),
                target.byteSize(),
                (piece, place) -> target.asSlice(place, piece.byteSize()).copyFrom(piece));
        return new HostTensor(source.dtype(), source.shape(), target);
    }

    /** The elements of a dense tensor, piece by piece out of pinned memory; waits for the ops before it when it is read. */
    TensorStream stream(Tensor source) {
        requireDense(source);
        return new DeviceStream(copies, source);
    }

    private record DeviceStream(HostCopies copies, Tensor source) implements TensorStream {
        @Override
        public DType dtype() {
            return source.dtype();
        }

        @Override
        public Shape shape() {
            return source.shape();
        }

        @Override
        public <E extends Exception> void forEachPiece(Reader<E> reader) throws E {
            if (!source.memory().scope().isAlive()) throw new IllegalStateException("freed: " + source);
            copies.toHost(source.memory().address(), source.memory().byteSize(), (piece, _) -> {
                var shape = Shape.of(piece.byteSize() / dtype().bytes());
                reader.read(new HostTensor(dtype(), shape, piece));
            });
        }
    }

    /** Arrays of elements, not of bytes: twice or four times as many fit into one. */
    private static MemorySegment onHeap(DType dtype, int elements) {
        return switch (dtype) {
            case F32 -> MemorySegment.ofArray(new float[elements]);
            case I32 -> MemorySegment.ofArray(new int[elements]);
            case F16, BF16 -> MemorySegment.ofArray(new short[elements]);
        };
    }

    private static void requireDense(Tensor x) {
        if (!x.isDense()) throw new IllegalArgumentException("rows of " + x.shape() + " do not lie together");
    }
}
