package org.halftune.train.export;

import java.util.List;
import org.halftune.model.WeightStream;
import org.halftune.session.TrainingSession;
import org.halftune.tensor.DType;
import org.halftune.tensor.TensorStream;

/**
 * The weights of a run with all their bits. A trained one: its fp32 master where the device stores fewer bits, else the weight
 * itself. A frozen one: the tensor of the file that it came from, so that it is saved as it was, whatever the device stores.
 */
public record ExactWeights(TrainingSession session, BaseModel base) implements WeightStream {

    @Override
    public TensorStream get(String name) {
        if (session.trained(name)) return session.weight(name);
        return base.source().<TensorStream>map(source -> source.get(name)).orElseGet(() -> session.weight(name));
    }

    /** The types besides F32 that hold a parameter exactly. */
    public List<DType> types(String name) {
        return session.trained(name) || base.source().isEmpty()
                ? List.of(session.weightType(name))
                : base.exactTypes(name);
    }
}
