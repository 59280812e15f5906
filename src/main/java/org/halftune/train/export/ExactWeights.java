package org.halftune.train.export;

import java.util.List;
import org.halftune.backend.Backend;
import org.halftune.model.Parameters;
import org.halftune.model.WeightStream;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.halftune.tensor.DType;
import org.halftune.tensor.TensorStream;

/**
 * The weights of a run as exactly as anybody has them. A trained one: its fp32 master where the device stores fewer bits, else
 * the weight itself. A frozen one: the tensor of the file that it came from, so that it leaves as it came, whatever the
 * device stores.
 */
public record ExactWeights(Backend backend, Weights weights, Parameters parameters, AdamW optimizer, BaseModel base)
        implements WeightStream {

    @Override
    public TensorStream get(String name) {
        var parameter = parameters.get(name);
        if (parameter.trainable()) return backend.stream(optimizer.exactWeight(parameter));
        return base.source()
                .<TensorStream>map(source -> source.get(name))
                .orElseGet(() -> backend.stream(weights.tensor(name)));
    }

    /** The types besides F32 that hold a parameter exactly. */
    public List<DType> types(String name) {
        var parameter = parameters.get(name);
        if (parameter.trainable())
            return List.of(optimizer.exactWeight(parameter).dtype());
        return base.source().isPresent() ? base.exactTypes(name) : List.of(backend.storage());
    }
}
