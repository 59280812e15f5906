package org.halftune.train.importance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.MeasuringBackend;
import org.halftune.backend.MemoryCategory;
import org.halftune.console.Amounts;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameter;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightedBatch;
import org.halftune.problem.InputError;
import org.halftune.session.StartingWeights;
import org.halftune.train.memory.MemoryCheck;

/**
 * One pass over a sample: the importance of each parameter tensor in the layers.
 *
 * <p>The score of a tensor w is the mean over the rows of {@code Σ_i (g_i·w_i)²}, where g is the gradient of the row's mean
 * loss. This is the first-order Taylor estimate of how much the row's squared loss difference is if an element is removed, summed
 * over the elements (Molchanov et al. 2019, arXiv 1906.10771, equation 8). Squares are taken per row: the sum of the gradients of
 * all rows is near zero for data that the model has learned. Sums are in double precision, in the order of the rows, so the
 * scores are the same each time on one device.
 *
 * <p>It needs the weights, a gradient for each parameter of the layers, and the activations of the longest row; no moments and
 * no masters.
 */
final class ImportancePass {
    static final String SCORE = "taylor";

    private final Backend backend;
    private final LlamaConfig config;
    private final StartingWeights start;

    ImportancePass(Backend backend, LlamaConfig config, StartingWeights start) {
        this.backend = backend;
        this.config = config;
        this.start = start;
    }

    /**
     * The score of each parameter in the layers, by name.
     *
     * @param rows a batch each, with at least one labelled token
     * @throws InputError if the pass does not fit in the device's memory
     */
    Map<String, Double> run(List<Batch> rows) {
        int tokens = rows.stream().mapToInt(Batch::tokenCount).max().orElseThrow();
        var capacity = new Capacity(tokens, 1);
        var recomputation = recomputation(capacity);
        var scores = new LinkedHashMap<String, Double>();
        try (var weights = start.load(backend, config, inLayers());
                var parameters = Parameters.of(backend, weights);
                var model = new Llama(backend, parameters, capacity, recomputation)) {
            for (var row : rows) {
                var perToken = new float[row.tokenCount()];
                Arrays.fill(perToken, 1f / row.labelledCount());
                var batch = model.load(new WeightedBatch(row, perToken));
                model.forward(batch);
                model.backward(batch, true);
                for (var parameter : parameters.trainable()) {
                    scores.merge(parameter.spec().name(), score(parameter) / rows.size(), Double::sum);
                }
            }
        }
        return scores;
    }

    private double score(Parameter parameter) {
        var gradient =
                backend.download(Objects.requireNonNull(parameter.gradient()).tensor());
        var weight = backend.download(parameter.value());
        double sum = 0;
        for (long i = 0, elements = parameter.spec().elements(); i < elements; i++) {
            double removed = (double) gradient.get(i) * weight.get(i);
            sum += removed * removed;
        }
        return sum;
    }

    /** The least recomputation that fits. */
    private Recomputation recomputation(Capacity capacity) {
        long available = MemoryCheck.available(backend);
        var needed = new ArrayList<Long>();
        for (var rung : MemoryCheck.ladder(backend)) {
            long bytes = bytes(capacity, rung);
            if (bytes <= available) return rung;
            needed.add(bytes);
        }
        throw new InputError(
                "scoring by importance needs " + Amounts.bytes(needed.getLast())
                        + " for the weights, all gradients of the layers"
                        + " and a row of " + Amounts.counted(capacity.tokens(), "token") + "; "
                        + Amounts.bytes(available) + " are available",
                backend.description(),
                "score on a device with more memory (halftune select --device cpu --hft_strategy importance … --output_dir"
                        + " FOLDER, then --selection FOLDER/selection.json), or shorten rows with --max_length");
    }

    private long bytes(Capacity capacity, Recomputation rung) {
        backend.requireHeadSize(config.headSize());
        var measuring = MeasuringBackend.like(backend);
        try (var weights = new StartingWeights.Unfilled().load(measuring, config, inLayers());
                var parameters = Parameters.of(measuring, weights);
                var _ = new Llama(measuring, parameters, capacity, rung)) {
            return MemoryCategory.total(measuring.memory().held());
        }
    }

    private Set<String> inLayers() {
        var names = new LinkedHashSet<String>();
        for (var spec : ParameterSpec.all(config)) if (spec.role().inLayer()) names.add(spec.name());
        return names;
    }
}
