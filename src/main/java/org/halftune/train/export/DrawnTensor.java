package org.halftune.train.export;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.halftune.tensor.StochasticRounding;
import org.halftune.tensor.TensorStream;

/**
 * An fp32 tensor rounded stochastically to bfloat16, piece by piece while it is read.
 *
 * @param name for error messages
 * @param exact the F32 tensor
 */
record DrawnTensor(String name, TensorStream exact, StochasticRounding draw) implements TensorStream {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Elements rounded at a time: 1 MiB of floats. */
    private static final long PIECE = 1 << 18;

    @Override
    public DType dtype() {
        return DType.BF16;
    }

    @Override
    public Shape shape() {
        return exact.shape();
    }

    /** @throws InputError if a finite value is rounded to infinity */
    @Override
    public <E extends Exception> void forEachPiece(Reader<E> reader) throws E {
        long[] done = {0};
        exact.<E>forEachPiece(piece -> {
            long elements = piece.shape().elements();
            for (long from = 0; from < elements; from += PIECE) {
                var part = piece.part(from, Math.min(elements, from + PIECE));
                var drawn = draw.round(part, done[0]);
                checkRange(part, drawn, done[0]);
                reader.read(drawn);
                done[0] += part.shape().elements();
            }
        });
    }

    private void checkRange(HostTensor before, HostTensor drawn, long first) {
        for (long i = 0; i < drawn.shape().elements(); i++) {
            if ((drawn.data().get(SHORT, 2 * i) & 0x7fff) != 0x7f80 || !Float.isFinite(before.get(i))) continue;
            throw new InputError(
                    name + " holds " + before.get(i) + " at element " + (first + i) + ", which is too large for BF16",
                    "the trained weights",
                    "use --save_dtype float32");
        }
    }
}
