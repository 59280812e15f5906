package org.halftune.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A product with a weight, {@code y = x·Wᵀ}, and its backward pass. W is one matrix, or several that read the same input, their
 * rows one after another: the products forward and to the input are then one, and the columns of y lie side by side. Weight
 * gradients are one product for each trainable matrix, so that the bits of a gradient do not depend on what else is trainable.
 *
 * <p>Only this class launches products with weights. How a {@link Weight} is stored, which of its matrices are trainable, and
 * what is added to its product therefore concern this class and no layer.
 *
 * <p>T tokens, I inputs, O outputs of a matrix, ΣO of all.
 */
final class Linear {
    private final Ops ops;
    /** Null where the matrices do not lie together, as in a reference model that shares some of them. */
    private final @Nullable Weight weight;

    private final List<Matrix> matrices;

    /** One matrix, and its columns of y. */
    private record Matrix(Parameter parameter, long from, long to) {
        Tensor of(Tensor y) {
            return y.columns(from, to);
        }
    }

    /** @param roles of the matrices, all that their {@link Weight} holds */
    Linear(Ops ops, Parameters parameters, int layer, ParameterRole... roles) {
        this.ops = ops;
        var all = Arrays.stream(roles).map(role -> parameters.get(role, layer)).toList();
        weight = parameters.weight(all.stream().map(Parameter::spec).toList()).orElse(null);
        matrices = sideBySide(all);
    }

    private static List<Matrix> sideBySide(List<Parameter> parameters) {
        var matrices = new ArrayList<Matrix>();
        long from = 0;
        for (var parameter : parameters) {
            long to = from + parameter.spec().rows();
            matrices.add(new Matrix(parameter, from, to));
            from = to;
        }
        return matrices;
    }

    /** Whether any of the matrices is trainable, so that the backward pass reads x. */
    boolean trainable() {
        return matrices.stream().anyMatch(matrix -> matrix.parameter.trainable());
    }

    /** Overwrites y, which may be fp32. */
    void forward(Tensor y, Tensor x) {
        if (weight != null) {
            ops.linearForward(y, x, weight.values()); // [T,ΣO] = [T,I]·[ΣO,I]ᵀ
            return;
        }
        for (var matrix : matrices) {
            ops.linearForward(matrix.of(y), x, matrix.parameter.value()); // [T,O] = [T,I]·[O,I]ᵀ
        }
    }

    /** Adds to the gradients of the trainable matrices. A frozen one has no gradient, and no product is launched for it. */
    void backwardWeight(Tensor dy, Tensor x) {
        for (var matrix : matrices) {
            var gradient = matrix.parameter.gradient();
            if (gradient != null) ops.linearBackwardWeight(gradient, matrix.of(dy), x); // [O,I] += [T,O]ᵀ·[T,I]
        }
    }

    /** Overwrites dx. */
    void backwardInput(Tensor dx, Tensor dy) {
        if (weight == null) throw new IllegalStateException("a reference model has no backward pass");
        ops.linearBackwardInput(dx, dy, weight.values()); // [T,I] = [T,ΣO]·[ΣO,I]
    }
}
