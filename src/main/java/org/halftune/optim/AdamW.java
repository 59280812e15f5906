package org.halftune.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.AdamWStep;
import org.halftune.backend.Arena;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.Gradient;
import org.halftune.backend.Measure;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.model.Parameter;
import org.halftune.model.Parameters;
import org.halftune.tensor.HostTensor;

/**
 * AdamW (Loshchilov &amp; Hutter 2019, arXiv 1711.05101) with clipping by the global norm. Moments exist for trainable
 * parameters alone, and one launch steps them all: what is frozen costs neither memory nor time here.
 */
public final class AdamW implements AutoCloseable {
    private static final String FIRST = "exp_avg.";
    private static final String SECOND = "exp_avg_sq.";

    private final Backend backend;
    private final AdamWConfig config;
    private final List<Parameter> trainable;
    private final List<Gradient> gradients = new ArrayList<>();
    private final List<AdamWSegment> segments = new ArrayList<>();
    private final Arena moments;
    private final Arena scalars;
    private final Tensor norm;
    private int steps;

    public AdamW(Backend backend, Parameters parameters, AdamWConfig config) {
        this.backend = backend;
        this.config = config;
        trainable = parameters.trainable();
        moments = new Arena(backend, Category.MOMENTS, momentBytes(trainable));
        for (var parameter : trainable) {
            if (parameter.gradient() == null) continue;
            long size = parameter.spec().elements();
            gradients.add(parameter.gradient());
            segments.add(new AdamWSegment(
                    parameter.value(),
                    parameter.gradient(),
                    moments.floats(size),
                    moments.floats(size),
                    parameter.spec().isMatrix()));
        }
        scalars = new Arena(backend, Category.WORKSPACE, Measure.of(a -> a.floats(1)));
        norm = scalars.floats(1);
    }

    private static long momentBytes(List<Parameter> trainable) {
        return Measure.of(a -> trainable.forEach(p -> {
            a.floats(p.spec().elements());
            a.floats(p.spec().elements());
        }));
    }

    /** Forgets the gradients of the last step: the next contribution to each overwrites. */
    public void beginStep() {
        gradients.forEach(Gradient::reset);
    }

    /**
     * Clips the gradients to a global norm and steps every trainable parameter. A gradient that nothing was written to
     * counts as zero.
     *
     * @param maxGradientNorm 0: no clipping
     * @return the norm before clipping
     */
    public float step(double learningRate, double maxGradientNorm) {
        for (var gradient : gradients) {
            if (!gradient.accumulate()) backend.ops().zero(gradient.tensor());
        }
        backend.timeline().enter(Phase.CLIP);
        backend.ops().gradientNorm(norm, gradients);
        backend.timeline().enter(Phase.OPTIMIZER);
        steps++;
        var step = new AdamWStep(
                steps,
                learningRate,
                config.beta1(),
                config.beta2(),
                config.epsilon(),
                config.weightDecay(),
                maxGradientNorm > 0 ? maxGradientNorm : Double.POSITIVE_INFINITY);
        backend.ops().adamW(segments, step, norm);
        float measured = backend.download(norm).get(0);
        backend.timeline().enter(Phase.OTHER);
        return measured;
    }

    /** Steps taken so far. */
    public int stepCount() {
        return steps;
    }

    /** One moment of one parameter, still on the device. */
    public record NamedState(String name, Tensor tensor) {}

    /** Both moments of every trainable parameter: {@code exp_avg.NAME}, {@code exp_avg_sq.NAME}. */
    public List<NamedState> state() {
        var state = new ArrayList<NamedState>();
        for (int i = 0; i < trainable.size(); i++) {
            var name = trainable.get(i).spec().name();
            state.add(new NamedState(FIRST + name, segments.get(i).firstMoment()));
            state.add(new NamedState(SECOND + name, segments.get(i).secondMoment()));
        }
        return state;
    }

    /** Continues where a saved run stood: {@code source} gives what {@link #state} named. */
    public void restore(int stepsTaken, Function<String, HostTensor> source) {
        for (var moment : state()) backend.upload(moment.tensor(), source.apply(moment.name()));
        steps = stepsTaken;
    }

    @Override
    public void close() {
        moments.close();
        scalars.close();
    }
}
