package org.halftune.plan;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cost.WorkLog;
import org.halftune.model.Llama;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.halftune.session.TrainStep;
import org.halftune.session.Window;
import org.halftune.tensor.HostTensor;

/** What a step asks of a device: the program's own step, run on a backend that writes it down. */
final class StepPrediction {
    /** The first time as it is, the second time recorded; each batch of a step after the first has the same shape. */
    private static final int UNTIL_RECORDED = 3;

    private StepPrediction() {}

    /** The log of one step, when all of it is recorded. */
    static WorkLog of(CostBackend backend, TrainingShape shape, Set<String> trainable, Recomputation recomputation) {
        var shapes = ParameterSpec.all(shape.config()).stream()
                .collect(Collectors.toMap(ParameterSpec::name, spec -> withoutMemory(backend, spec)));
        var window = Window.of(shape.stepBatches());
        try (var weights = Weights.load(
                        backend, shape.config(), trainable, name -> Objects.requireNonNull(shapes.get(name)));
                var parameters = Parameters.of(backend, weights);
                var model = new Llama(backend, parameters, shape.capacity(), recomputation);
                var optimizer = new AdamW(backend, parameters, shape.adamW())) {
            var step = new TrainStep(model, optimizer, 1);
            for (int i = 1; i < UNTIL_RECORDED; i++) step.run(window, 1);
            backend.takeLog();
            step.run(window, 1);
            return backend.takeLog();
        }
    }

    private static HostTensor withoutMemory(Backend backend, ParameterSpec spec) {
        var nowhere = MemorySegment.NULL.reinterpret(
                spec.elements() * backend.storage().bytes());
        return new HostTensor(backend.storage(), spec.shape(), nowhere);
    }
}
