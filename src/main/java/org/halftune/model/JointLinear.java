package org.halftune.model;

import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;

/**
 * Several matrices that read the same input, as one: {@code y = x·Wᵀ} with W [ΣO,I] their rows one after another. The
 * products forward and to the input are one each, whatever is frozen. Weight gradients are one for each matrix that learns,
 * so that a gradient's bits do not depend on what else learns.
 *
 * <p>T tokens, I inputs, ΣO outputs of all matrices.
 */
final class JointLinear {
    private final Ops ops;
    private final Tensor w;
    private final List<Part> parts = new ArrayList<>();

    /** One matrix, and the columns of y that are its own. */
    private record Part(Parameter parameter, long from, long to) {}

    JointLinear(Ops ops, Parameters parameters, int layer, Joint joint) {
        this.ops = ops;
        w = parameters.joint(joint, layer);
        long column = 0;
        for (var role : joint.roles()) {
            var parameter = parameters.get(role, layer);
            long outputs = parameter.value().dim(0);
            parts.add(new Part(parameter, column, column + outputs));
            column += outputs;
        }
    }

    boolean trainable() {
        return parts.stream().anyMatch(part -> part.parameter.trainable());
    }

    void forward(Tensor y, Tensor x) {
        ops.linearForward(y, x, w); // [T,ΣO] = [T,I]·[ΣO,I]ᵀ
    }

    /** Adds to the gradients of the trainable matrices; a frozen one has none, and its product is never launched. */
    void backwardWeight(Tensor dy, Tensor x) {
        for (var part : parts) {
            var gradient = part.parameter.gradient();
            if (gradient != null)
                ops.linearBackwardWeight(gradient, dy.columns(part.from, part.to), x); // [O,I] += [T,O]ᵀ·[T,I]
        }
    }

    void backwardInput(Tensor dx, Tensor dy) {
        ops.linearBackwardInput(dx, dy, w); // [T,I] = [T,ΣO]·[ΣO,I]
    }
}
