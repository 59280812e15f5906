package org.halftune.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.Phase;
import org.halftune.hft.Selection;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.LossSum;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightSource;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.session.StartingWeights;
import org.halftune.session.StepResult;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.train.export.TrainedExport;
import org.halftune.train.input.TrainingPlan;

/** One of the two methods: its own weights, gradients and moments, and its timed steps. */
final class ComparedMethod implements AutoCloseable {

    /** A step with the seconds of its parts. */
    record Step(StepResult result, Map<Phase, Double> phases) {
        double seconds() {
            return result.seconds();
        }
    }

    private final Backend backend;
    private final String name;
    private final Selection selection;
    private final TrainingSession session;
    private final Map<MemoryCategory, Long> memory;
    private final List<Step> steps = new ArrayList<>();

    /** The settings that both methods share. */
    record Conditions(
            Backend backend, LlamaConfig config, Capacity capacity, Recomputation recomputation, AdamWConfig adamW) {}

    ComparedMethod(String name, Selection selection, Conditions conditions, WeightSource base) {
        this.name = name;
        this.selection = selection;
        backend = conditions.backend;
        var before = backend.memory().held();
        var setup = new TrainingSetup(
                conditions.config,
                selection.trainable(),
                conditions.capacity,
                conditions.recomputation,
                conditions.adamW,
                new SupervisedFineTuning());
        session = TrainingSession.open(backend, setup, new StartingWeights.Stored(base));
        memory = new EnumMap<>(MemoryCategory.class);
        backend.memory()
                .held()
                .forEach((category, bytes) -> memory.put(category, bytes - before.getOrDefault(category, 0L)));
    }

    String name() {
        return name;
    }

    Selection selection() {
        return selection;
    }

    List<Step> steps() {
        return steps;
    }

    /** Device bytes of this method, by category. */
    Map<MemoryCategory, Long> memory() {
        return memory;
    }

    /** Does and times one step. */
    StepResult step(List<Batch> batches, double learningRate) {
        backend.timeline().drain();
        var result = session.step(batches, learningRate);
        steps.add(new Step(result, backend.timeline().drain()));
        return result;
    }

    /** Mean loss on test rows. */
    double evaluate(List<Batch> batches) {
        var loss = LossSum.ZERO;
        for (var batch : batches) loss = loss.plus(session.evaluate(batch));
        return loss.tokens() == 0 ? Double.NaN : loss.mean();
    }

    /** Saves the current model; returns a description of the saved dtype. */
    String export(Path target, PretrainedFolder base, TrainingPlan plan) {
        return TrainedExport.write(target, base, session, plan);
    }

    /** The current weights, for scoring. */
    Parameters forInference() {
        return session.inference();
    }

    @Override
    public void close() {
        session.close();
    }
}
