package org.halftune.objective;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceArenas;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.PairTable.Figure;
import org.halftune.backend.Tensor;
import org.halftune.model.Batch;
import org.halftune.model.DeviceBatch;
import org.halftune.model.Llama;
import org.halftune.model.Parameters;
import org.jspecify.annotations.Nullable;

/** {@link DirectPreference} on a device: the reference's own weights, and the sums of the pairs' figures. */
final class OpenPreference implements OpenObjective {
    private final DirectPreference objective;
    private final Backend backend;
    private final Llama model;
    private final DeviceArenas arenas;
    /** [12] fp32. */
    private final Tensor sums;
    /** Null: log-probabilities come with the batch. */
    private final @Nullable Copy reference;

    /** A reference model: its parameters, and its passes through the buffers of the model that learns. */
    private record Copy(Parameters parameters, Llama model) {}

    private OpenPreference(
            DirectPreference objective, LearningModel learning, DeviceArenas arenas, @Nullable Copy reference) {
        this.objective = objective;
        this.backend = learning.backend();
        this.model = learning.llama();
        this.arenas = arenas;
        this.reference = reference;
        sums = arenas.reserve(MemoryCategory.WORKSPACE, a -> a.floats(2L * Figure.values().length));
    }

    static OpenPreference open(DirectPreference objective, LearningModel learning) {
        var arenas = new DeviceArenas(learning.backend());
        @Nullable Copy reference = objective.reference() instanceof Reference.OnDevice on ? copy(on, learning) : null;
        try {
            return new OpenPreference(objective, learning, arenas, reference);
        } catch (RuntimeException | Error e) {
            if (reference != null) reference.parameters.close();
            throw e;
        }
    }

    private static Copy copy(Reference.OnDevice on, LearningModel learning) {
        var parameters = Parameters.ofReference(
                learning.backend(), learning.weights(), on.copied(learning.changing()), on.source());
        return new Copy(parameters, learning.llama().withParameters(parameters));
    }

    @Override
    public void pass(DeviceBatch batch, boolean first) {
        pairLosses(batch);
        model.backward(batch, first);
    }

    /** Up to the weights of the tokens; the figures are added to the sums. */
    private void pairLosses(DeviceBatch batch) {
        if (reference != null) {
            reference.model.forward(batch);
            backend.ops().pairLogProbs(batch.notes(), reference.model.losses(batch));
        }
        model.forward(batch);
        backend.ops().pairLosses(sums, batch.weights(), batch.notes(), model.losses(batch), objective.loss());
    }

    @Override
    public StepLoss loss(long labelledTokens) {
        var taken = take();
        return new StepLoss(value(taken, Figure.LOSS), figures(taken));
    }

    @Override
    public Score score(Batch batch) {
        pairLosses(model.loadForSinglePass(objective.weighed(batch, 1)));
        var taken = take();
        return new Score(
                value(taken, Figure.LOSS), DirectPreference.pairs(batch), batch.labelledCount(), figures(taken));
    }

    /** Waits for the sums, and begins new ones. */
    private Map<Figure, Double> take() {
        var parts = backend.download(sums);
        backend.ops().zero(sums);
        var taken = new EnumMap<Figure, Double>(Figure.class);
        long at = 0;
        for (var figure : Figure.values()) taken.put(figure, (double) parts.get(at++) + parts.get(at++));
        return taken;
    }

    private static double value(Map<Figure, Double> taken, Figure figure) {
        return Objects.requireNonNull(taken.get(figure));
    }

    /** TRL's names, in its order. */
    private static Map<String, Double> figures(Map<Figure, Double> taken) {
        double chosen = value(taken, Figure.CHOSEN_REWARD), rejected = value(taken, Figure.REJECTED_REWARD);
        var figures = new LinkedHashMap<String, Double>();
        figures.put("rewards/chosen", chosen);
        figures.put("rewards/rejected", rejected);
        figures.put("rewards/accuracies", value(taken, Figure.ACCURACY));
        figures.put("rewards/margins", chosen - rejected);
        figures.put("logps/chosen", value(taken, Figure.CHOSEN_LOG_PROB));
        figures.put("logps/rejected", value(taken, Figure.REJECTED_LOG_PROB));
        return figures;
    }

    @Override
    public void close() {
        if (reference != null) reference.parameters.close();
        arenas.close();
    }
}
