package org.halftune.plan;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.halftune.backend.cost.Work;
import org.halftune.hft.Selection;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterRole;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;

/** The launches of one training step of a small model, in order, each product with the name of its matrix. */
final class StepLaunches {
    /** One layer with the widths of Llama-3.2-1B, a tied head and a small vocabulary. */
    static final LlamaConfig CONFIG = small(MeasuredStep.config(MeasuredStep.LLAMA_1B), 8192);

    private static final int ROWS = 4, ROW_TOKENS = 2048;

    /** The matrices of each kind of product, in the order of their launches. */
    private static final List<String> FORWARD = List.of("QKV", "O", "GU", "D", "head");

    private static final List<String> INPUT_GRADIENT = List.of("head", "D", "GU", "O", "QKV");
    private static final List<ParameterRole> WEIGHT_GRADIENT = List.of(
            ParameterRole.EMBEDDING,
            ParameterRole.DOWN,
            ParameterRole.GATE,
            ParameterRole.UP,
            ParameterRole.OUTPUT,
            ParameterRole.QUERY,
            ParameterRole.KEY,
            ParameterRole.VALUE);

    /**
     * A kernel or product.
     *
     * @param title the same for the same work of FFT and HFT
     * @param label empty: none
     */
    record Launch(String title, String label, Kind kind, double seconds) {
        boolean isSameWorkAs(Launch other) {
            return title.equals(other.title);
        }
    }

    enum Kind {
        PRODUCT("#a9c1e0", "products: y, dx"),
        WEIGHT_GRADIENT("#f0954b", "weight gradients: dW"),
        ATTENTION("#93cbb6", "attention"),
        OTHER("#d9d7d0", "norms, RoPE, SwiGLU, loss"),
        UPDATE("#bfa6dd", "gradient norm, AdamW");

        final String colour;
        final String meaning;

        Kind(String colour, String meaning) {
            this.colour = colour;
            this.meaning = meaning;
        }
    }

    private StepLaunches() {}

    private static LlamaConfig small(LlamaConfig c, int vocabulary) {
        return new LlamaConfig(
                vocabulary,
                c.hiddenSize(),
                c.intermediateSize(),
                1,
                c.attentionHeads(),
                c.keyValueHeads(),
                c.headSize(),
                c.maxPositions(),
                c.normEpsilon(),
                c.rope(),
                true,
                c.initializerRange(),
                c.dtype());
    }

    /** Of a step of {@link #CONFIG} that trains the selection. */
    static List<Launch> of(Selection selection) {
        var shape = new TrainingShape(CONFIG, ROWS, ROW_TOKENS, 1, new AdamWConfig(0.9, 0.95, 1e-8, 0.1, 1));
        try (var backend = H200.DEVICE.open()) {
            var log = StepPrediction.of(backend, shape, selection.trainable(), Recomputation.NONE);
            var names = new Names(selection);
            var launches = new ArrayList<Launch>();
            for (var entry : log.entries()) {
                var time = WorkTime.of(entry.work(), entry.inGraph(), H200.GPU, H200.RATES);
                if (time.bound() == WorkTime.Bound.HOST) continue;
                names.launch(entry.work(), time.total()).ifPresent(launches::add);
            }
            names.requireAllUsed();
            return launches;
        }
    }

    /** Says which matrix a product is of. */
    private static final class Names {
        private final Iterator<String> forward = FORWARD.iterator();
        private final Iterator<String> inputGradient = INPUT_GRADIENT.iterator();
        private final Iterator<ParameterRole> weightGradient;

        Names(Selection selection) {
            weightGradient = WEIGHT_GRADIENT.stream()
                    .filter(role -> selection.trains(role.parameterName(0)))
                    .iterator();
        }

        /** Empty for copies and fills, which take no time that could be seen. */
        Optional<Launch> launch(Work work, double seconds) {
            return switch (work) {
                case Work.Product product -> Optional.of(product(product, seconds));
                case Work.KernelRun kernel -> Optional.of(kernel(kernel.name(), seconds));
                case Work.Copy _, Work.Fill _ -> Optional.empty();
            };
        }

        private Launch product(Work.Product product, double seconds) {
            return switch (product.use()) {
                case FORWARD -> matrix("y ", forward.next(), Kind.PRODUCT, seconds);
                case INPUT_GRADIENT -> matrix("dx ", inputGradient.next(), Kind.PRODUCT, seconds);
                case WEIGHT_GRADIENT -> {
                    var role = weightGradient.next();
                    var spec = MeasuredStep.selection(CONFIG, MeasuredStep.FFT).specs().stream()
                            .filter(s -> s.role() == role)
                            .findFirst()
                            .orElseThrow();
                    if (spec.elements() != (long) product.m() * product.n())
                        throw new IllegalStateException(product + " is not the gradient of " + spec);
                    yield matrix(
                            role == ParameterRole.EMBEDDING ? "d " : "d", letter(role), Kind.WEIGHT_GRADIENT, seconds);
                }
            };
        }

        private static Launch matrix(String what, String matrix, Kind kind, double seconds) {
            return new Launch(what + matrix, what + matrix, kind, seconds);
        }

        private static Launch kernel(String name, double seconds) {
            if (name.startsWith("attention_forward")) return new Launch(name, "attention", Kind.ATTENTION, seconds);
            if (name.startsWith("attention_backward_query")) return new Launch(name, "dq", Kind.ATTENTION, seconds);
            if (name.startsWith("attention_backward")) return new Launch(name, "dk, dv", Kind.ATTENTION, seconds);
            if (name.startsWith("adamw")) return new Launch(name, "AdamW", Kind.UPDATE, seconds);
            if (name.startsWith("gradient_norm")) return new Launch(name, "", Kind.UPDATE, seconds);
            return new Launch(name, "", name.startsWith("attention") ? Kind.ATTENTION : Kind.OTHER, seconds);
        }

        private static String letter(ParameterRole role) {
            return switch (role) {
                case EMBEDDING -> "head"; // tied
                case QUERY, KEY, VALUE, OUTPUT, GATE, UP, DOWN -> role.name().substring(0, 1);
                default -> throw new IllegalArgumentException(role + " is not a matrix of a layer");
            };
        }

        void requireAllUsed() {
            if (forward.hasNext() || inputGradient.hasNext() || weightGradient.hasNext())
                throw new IllegalStateException("a product is missing");
        }
    }
}
