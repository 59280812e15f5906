package org.halftune.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.halftune.backend.AdamWScalars;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.AdamWStep;
import org.halftune.backend.Allocator;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.backend.UpdateTable;
import org.halftune.model.Parameter;
import org.halftune.model.Parameters;
import org.halftune.model.WeightSource;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Rounding;
import org.halftune.tensor.Shape;
import org.halftune.tensor.StochasticRounding;

/**
 * AdamW (Loshchilov &amp; Hutter 2019, arXiv 1711.05101) with clipping by the global norm. Moments exist for trainable
 * parameters alone, and one launch steps them all: what is frozen costs neither memory nor time here.
 */
public final class AdamW implements AutoCloseable {
    private static final String FIRST = "exp_avg.";
    private static final String SECOND = "exp_avg_sq.";

    /** Elements that are redrawn at a time, so that a large embedding never lies on the heap. */
    private static final long PIECE = 1 << 20;

    private final Backend backend;
    private final AdamWConfig config;
    private final List<Parameter> trainable;
    private final UpdateTable table;
    private final DeviceArenas arenas;
    private final Working working;
    private int steps;

    /**
     * Moments begin at zero; masters, where the backend stores weights in fewer bits, as copies of the weights.
     *
     * @throws InputError if the state is to have fewer bits, or weights are to be rounded, on a backend whose weights are fp32
     */
    public AdamW(Backend backend, Parameters parameters, AdamWConfig config) {
        this.backend = backend;
        arenas = new DeviceArenas(backend);
        this.config = config;
        trainable = parameters.trainable();
        if (backend.storage() == DType.F32 && !config.precision().keepsAllBits()) {
            throw new InputError(
                    "--moments_dtype bfloat16, --masters none and --weight_rounding are for weights in bfloat16",
                    "",
                    "leave them out on the CPU, where weights are float32, or train with --device cuda");
        }
        try {
            var moments = arenas.reserve(MemoryCategory.MOMENTS, this::moments);
            var masters = arenas.reserve(MemoryCategory.MASTERS, this::masters);
            var segments = segments(moments, masters);
            working = arenas.reserve(MemoryCategory.WORKSPACE, a -> Working.allocate(a, segments.size()));
            backend.upload(working.table, UpdateTable.rows(segments));
            table = new UpdateTable(segments, working.table);
            resetMasters();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * What the update reads from device memory besides its tensors, and what it leaves there.
     *
     * @param table [S,16] where the segments lie
     * @param scalars [13] of the step
     * @param norm [1] of the gradients, before clipping
     */
    private record Working(Tensor table, Tensor scalars, Tensor norm) {
        static Working allocate(Allocator a, int segments) {
            return new Working(a.ints(segments, UpdateTable.ROW), a.ints(AdamWScalars.WORDS), a.floats(1));
        }
    }

    private record Moments(Tensor first, Tensor second) {}

    private List<Moments> moments(Allocator a) {
        var dtype = config.precision().moments();
        return trainable.stream()
                .map(Parameter::spec)
                .map(spec -> new Moments(a.allocate(dtype, spec.elements()), a.allocate(dtype, spec.elements())))
                .toList();
    }

    /** One for each trainable parameter, or none. */
    private List<Tensor> masters(Allocator a) {
        if (a.storage() == DType.F32 || !config.precision().masters()) return List.of();
        return trainable.stream().map(p -> a.floats(p.spec().elements())).toList();
    }

    private List<AdamWSegment> segments(List<Moments> moments, List<Tensor> masters) {
        return IntStream.range(0, trainable.size())
                .mapToObj(i -> new AdamWSegment(
                        trainable.get(i).value(),
                        masters.isEmpty() ? null : masters.get(i),
                        Objects.requireNonNull(trainable.get(i).gradient()),
                        moments.get(i).first,
                        moments.get(i).second,
                        trainable.get(i).spec().isMatrix()))
                .toList();
    }

    private void resetMasters() {
        for (var segment : table.segments()) {
            if (segment.master() != null) backend.ops().convert(segment.master(), segment.weight());
        }
    }

    /**
     * Gives the masters the digits that the weights' storage rounded away. The weights stay as they were loaded, rounded to
     * nearest, until the first update.
     *
     * @param exact what the weights were loaded from
     */
    public void loadMasters(WeightSource exact) {
        for (int i = 0; i < trainable.size(); i++) {
            var master = table.segments().get(i).master();
            if (master == null) return;
            var source = exact.get(trainable.get(i).spec().name());
            if (source.dtype() != backend.storage()) backend.upload(master, flat(source));
        }
    }

    private static HostTensor flat(HostTensor tensor) {
        return new HostTensor(tensor.dtype(), Shape.of(tensor.shape().elements()), tensor.data());
    }

    /** Counts the step, and uploads its constants, which {@link #update} reads from device memory. */
    public void beginStep(double learningRate) {
        steps++;
        var step = new AdamWStep(
                steps,
                learningRate,
                config.beta1(),
                config.beta2(),
                config.epsilon(),
                config.weightDecay(),
                config.maxGradNorm() > 0 ? config.maxGradNorm() : Double.POSITIVE_INFINITY,
                config.precision().seed(),
                config.precision().rounding());
        backend.upload(working.scalars, AdamWScalars.of(step).words());
    }

    /**
     * Clips the gradients to a global norm and steps every trainable parameter, without waiting for it. A norm that is NaN, or
     * infinite where it would clip, leaves all as it is. The launches are the same every step, so it can be part of a
     * {@linkplain Backend#replay graph}.
     */
    public void update() {
        backend.timeline().enter(Phase.CLIP);
        backend.ops().gradientNorm(working.norm, table);
        backend.timeline().enter(Phase.OPTIMIZER);
        backend.ops().adamW(table, working.scalars, working.norm);
        backend.timeline().enter(Phase.OTHER);
    }

    /** The gradient norm of the last update, before clipping. Waits for it. */
    public float gradientNorm() {
        return backend.download(working.norm).get(0);
    }

    /** One moment of one parameter, still on the device. */
    public record NamedState(String name, Tensor tensor) {}

    /** Both moments of every trainable parameter: {@code exp_avg.NAME}, {@code exp_avg_sq.NAME}. */
    public List<NamedState> state() {
        var state = new ArrayList<NamedState>();
        for (int i = 0; i < trainable.size(); i++) {
            var name = trainable.get(i).spec().name();
            state.add(new NamedState(FIRST + name, table.segments().get(i).firstMoment()));
            state.add(new NamedState(SECOND + name, table.segments().get(i).secondMoment()));
        }
        return state;
    }

    /** The exact weight of a trainable parameter, in its own shape: its master where it has one. */
    public Tensor exactWeight(Parameter parameter) {
        var master = table.segments().get(trainable.indexOf(parameter)).master();
        if (master == null) return parameter.value();
        var dims = parameter.spec().shape().dims().stream()
                .mapToLong(Long::longValue)
                .toArray();
        return master.as(dims);
    }

    /**
     * Continues where a saved run stood.
     *
     * @param source gives what {@link #state} named
     * @param exact the exact weights as they were after an update that was not skipped, of which the parameters hold the rounding to nearest
     */
    public void restore(int stepsTaken, Function<String, HostTensor> source, WeightSource exact) {
        for (var moment : state()) backend.upload(moment.tensor(), source.apply(moment.name()));
        steps = stepsTaken;
        loadMasters(exact);
        if (steps > 0 && config.precision().rounding() == Rounding.STOCHASTIC) redrawWeights(exact);
    }

    /** The last update drew each weight from its master; the same draw gives the same bits. */
    private void redrawWeights(WeightSource exact) {
        for (int i = 0; i < trainable.size(); i++) {
            if (table.segments().get(i).master() == null) continue;
            var spec = trainable.get(i).spec();
            var weight = trainable.get(i).value().as(spec.elements());
            var master = exact.get(spec.name());
            var draw = StochasticRounding.ofStep(config.precision().seed(), i, steps);
            for (long from = 0; from < spec.elements(); from += PIECE) {
                long to = Math.min(spec.elements(), from + PIECE);
                backend.upload(weight.rows(from, to), draw.round(master.part(from, to), from));
            }
        }
    }

    @Override
    public void close() {
        arenas.close();
    }
}
