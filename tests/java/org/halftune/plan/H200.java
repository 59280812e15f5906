package org.halftune.plan;

import java.util.List;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.hft.Selection;
import org.halftune.model.Recomputation;

/** Forecasts for the GPU that was measured. */
final class H200 {
    static final Gpu GPU = Gpu.H200;
    static final Rates RATES = Rates.of(GPU);
    static final List<Recomputation> LADDER = List.of(Recomputation.values());

    /** The driver, its context and cuBLAS take the rest. */
    static final long AVAILABLE = GPU.availableBytes();

    static final TrainingForecast.Target DEVICE = new TrainingForecast.Target() {
        @Override
        public CostBackend open() {
            return new CudaCostModel(AVAILABLE);
        }

        @Override
        public long available() {
            return AVAILABLE;
        }
    };

    private H200() {}

    static TrainingForecast forecast(TrainingShape shape, Selection selection) {
        return forecast(shape, selection, RATES);
    }

    static TrainingForecast forecast(TrainingShape shape, Selection selection, Rates rates) {
        return TrainingForecast.of(shape, selection, LADDER, DEVICE, GPU, rates);
    }
}
