package org.halftune.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.Phase;
import org.halftune.hft.Selection;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightSource;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.session.StepResult;
import org.halftune.session.TrainStep;
import org.halftune.session.Window;
import org.halftune.train.export.TrainedExport;
import org.halftune.train.input.TrainingPlan;

/** One of the two: its own copy of the weights, gradients and moments for what it trains, and the record of its steps. */
final class Contender implements AutoCloseable {

    /** One step's wall time and where it went, in seconds. */
    record Step(StepResult result, Map<Phase, Double> phases) {
        double seconds() {
            return result.seconds();
        }
    }

    private final Backend backend;
    private final String name;
    private final Selection selection;
    private final Weights weights;
    private final Parameters parameters;
    private final AdamW optimizer;
    private final Llama model;
    private final TrainStep trainStep;
    private final Map<Category, Long> memory;
    private final List<Step> steps = new ArrayList<>();

    /** What both share. */
    record Conditions(
            Backend backend,
            LlamaConfig config,
            Capacity capacity,
            Recomputation recomputation,
            AdamWConfig adamW,
            double maxGradientNorm) {}

    Contender(String name, Selection selection, Conditions conditions, WeightSource base) {
        this.name = name;
        this.selection = selection;
        backend = conditions.backend;
        var before = backend.memory().held();
        weights = Weights.load(backend, conditions.config, selection.trainable(), base);
        parameters = Parameters.of(backend, weights);
        optimizer = new AdamW(backend, parameters, conditions.adamW);
        optimizer.loadMasters(base);
        model = new Llama(backend, parameters, conditions.capacity, conditions.recomputation);
        trainStep = new TrainStep(model, optimizer, conditions.maxGradientNorm);
        memory = new EnumMap<>(Category.class);
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

    /** Device bytes that training holds for this method, by category. */
    Map<Category, Long> memory() {
        return memory;
    }

    /** One optimizer step, timed. */
    StepResult step(List<Batch> window, double learningRate) {
        backend.timeline().drain();
        var result = trainStep.run(Window.of(window), learningRate);
        steps.add(new Step(result, backend.timeline().drain()));
        return result;
    }

    /** Mean loss of rows that are not learned. */
    double evaluate(List<Batch> batches) {
        double sum = 0;
        long tokens = 0;
        for (var batch : batches) {
            var loss = model.evaluate(batch);
            sum += loss.sum();
            tokens += loss.tokens();
        }
        return tokens == 0 ? Double.NaN : sum / tokens;
    }

    /** Writes the model as it is now; returns how its weights are saved, in words. */
    String export(Path target, PretrainedFolder base, TrainingPlan plan) {
        return TrainedExport.write(target, base, backend, weights, parameters, optimizer, plan);
    }

    /** The weights as they are now, for scoring. */
    Parameters forInference() {
        return Parameters.forInference(backend, weights);
    }

    @Override
    public void close() {
        model.close();
        optimizer.close();
        parameters.close();
        weights.close();
    }
}
