package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Tensors for one test on any backend, by upload and download alone. Outputs begin as NaN, so that what an op forgets to
 * write shows; and every tensor lies between two guards, so that what it writes outside its output shows when this closes.
 */
public final class GuardedTensors implements AutoCloseable {
    private static final int GUARD = 128;
    private static final float PATTERN = 1234.5f;

    private final Backend backend;
    private final List<DeviceArena> arenas = new ArrayList<>();
    private final List<Tensor> guarded = new ArrayList<>();

    public GuardedTensors(Backend backend) {
        this.backend = backend;
    }

    /**
     * A tensor and its values as the device holds them, rounded to its type.
     *
     * @param values row-major
     */
    public record Array(Tensor tensor, double[] values) {}

    public Backend backend() {
        return backend;
    }

    public Ops ops() {
        return backend.ops();
    }

    /** Normal numbers times {@code scale}, in the backend's storage type. */
    public Array random(Random random, double scale, long... dims) {
        return array(backend.storage(), draw(random, scale, dims), dims);
    }

    /** The same in fp32. */
    public Array randomFloats(Random random, double scale, long... dims) {
        return array(DType.F32, draw(random, scale, dims), dims);
    }

    private static float[] draw(Random random, double scale, long... dims) {
        var values = new float[Math.toIntExact(Shape.of(dims).elements())];
        for (int i = 0; i < values.length; i++) values[i] = (float) (random.nextGaussian() * scale);
        return values;
    }

    public Array array(DType dtype, float[] values, long... dims) {
        var tensor = place(dtype, values, dims);
        return new Array(tensor, read(tensor));
    }

    /** Ids or offsets. */
    public Tensor ints(int... values) {
        return ints(HostTensor.of(values));
    }

    private Tensor ints(HostTensor values) {
        var tensor = arena(4 * Math.max(1, values.shape().elements()))
                .ints(values.shape().elements());
        backend.upload(tensor, values);
        return tensor;
    }

    /** Columns of a matrix as a tensor that shares its memory. */
    public Array columns(Array whole, long from, long to) {
        return new Array(whole.tensor.columns(from, to), columns(whole.values, whole.tensor.dim(1), from, to));
    }

    /** What columns of a matrix hold now. */
    public double[] readColumns(Tensor whole, long from, long to) {
        return columns(read(whole), whole.dim(1), from, to);
    }

    private static double[] columns(double[] values, long width, long from, long to) {
        var taken = new double[(int) (values.length / width * (to - from))];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = values[(int) (i / (to - from) * width + from + i % (to - from))];
        }
        return taken;
    }

    /** Sequences one after another. */
    public Sequences sequences(List<Integer> lengths) {
        var tables = Sequences.tables(lengths);
        return new Sequences(ints(tables[0]), ints(tables[1]), ints(tables[2]), lengths);
    }

    /** The fp32 master of a weight, as a backend that stores fewer bits needs one; null where it does not. */
    public @Nullable Tensor master(Array weight) {
        if (backend.storage() == DType.F32) return null;
        var floats = new float[weight.values.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) weight.values[i];
        return array(DType.F32, floats, floats.length).tensor();
    }

    /** The table of an update of these segments. */
    public UpdateTable table(List<AdamWSegment> segments) {
        return new UpdateTable(segments, ints(UpdateTable.rows(segments)).as(segments.size(), UpdateTable.ROW));
    }

    /** A table in whose every segment the gradient stands for everything: for its norm. */
    public UpdateTable gradients(List<Gradient> gradients) {
        return table(gradients.stream()
                .map(g -> new AdamWSegment(g.tensor(), null, g, g.tensor(), g.tensor(), false))
                .toList());
    }

    /** A step's scalars. */
    public Tensor scalars(AdamWStep step) {
        return ints(AdamWScalars.of(step).words());
    }

    /** fp32 numbers. */
    public Tensor floats(float... values) {
        return array(DType.F32, values, values.length).tensor();
    }

    /** One fp32 number. */
    public Tensor scalar(float value) {
        return array(DType.F32, new float[] {value}, 1).tensor();
    }

    /** A sum of losses, still zero. */
    public Tensor scalarPair() {
        return array(DType.F32, new float[2], 2).tensor();
    }

    /** The places of {@code ids}, sorted by id and then by place, as the embedding's backward pass takes them. */
    public Tensor order(int... ids) {
        return ints(java.util.stream.IntStream.range(0, ids.length)
                .boxed()
                .sorted(java.util.Comparator.comparingInt(t -> ids[t]))
                .mapToInt(t -> t)
                .toArray());
    }

    /** An output in storage type, not yet written. */
    public Tensor output(long... dims) {
        return unwritten(backend.storage(), dims);
    }

    /** An output in fp32: what ops keep or reduce to. */
    public Tensor floatOutput(long... dims) {
        return unwritten(DType.F32, dims);
    }

    /** The gradient of a parameter, not yet written. */
    public Gradient gradient(long... dims) {
        return new Gradient(floatOutput(dims));
    }

    private Tensor unwritten(DType dtype, long... dims) {
        var values = new float[Math.toIntExact(Shape.of(dims).elements())];
        Arrays.fill(values, Float.NaN);
        return place(dtype, values, dims);
    }

    private Tensor place(DType dtype, float[] values, long... dims) {
        var all = new float[values.length + 2 * GUARD];
        Arrays.fill(all, PATTERN);
        System.arraycopy(values, 0, all, GUARD, values.length);
        var whole = arena((long) all.length * dtype.bytes()).allocate(dtype, all.length);
        backend.upload(whole, HostTensor.of(Shape.of(all.length), all));
        guarded.add(whole);
        return whole.rows(GUARD, GUARD + values.length).as(dims);
    }

    private DeviceArena arena(long bytes) {
        var arena = new DeviceArena(backend, MemoryCategory.WORKSPACE, Allocator.aligned(bytes));
        arenas.add(arena);
        return arena;
    }

    public double[] read(Tensor tensor) {
        var host = backend.download(tensor);
        var values = new double[Math.toIntExact(host.shape().elements())];
        for (int i = 0; i < values.length; i++) values[i] = host.get(i);
        return values;
    }

    @Override
    public void close() {
        try {
            for (var tensor : guarded) {
                long size = tensor.elements();
                for (double g : read(tensor.rows(0, GUARD)))
                    assertThat(g).as("before a tensor").isEqualTo(rounded(tensor));
                for (double g : read(tensor.rows(size - GUARD, size))) {
                    assertThat(g).as("behind a tensor").isEqualTo(rounded(tensor));
                }
            }
        } finally {
            arenas.forEach(DeviceArena::close);
        }
    }

    private static double rounded(Tensor tensor) {
        return switch (tensor.dtype()) {
            case F32 -> PATTERN;
            case BF16 -> Float.intBitsToFloat(HostTensor.toBfloat16(PATTERN) << 16);
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(PATTERN));
            case I32 -> throw new IllegalArgumentException("integers have no guards");
        };
    }
}
