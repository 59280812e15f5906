package org.halftune.train.export;

import java.util.List;
import org.halftune.model.WeightStream;
import org.halftune.session.TrainingSession;
import org.halftune.tensor.DType;
import org.halftune.tensor.TensorStream;

/**
 * The weights of a run in full precision. A trained weight is read from its fp32 master if it has one, otherwise from the device. A
 * frozen weight is read from the base model's file, so that it is saved bit for bit.
 */
public record ExactWeights(TrainingSession session, BaseModel base) implements WeightStream {

    @Override
    public TensorStream get(String name) {
        if (session.trained(name)) return session.weight(name);
        return base.source().<TensorStream>map(source -> source.get(name)).orElseGet(() -> session.weight(name));
    }

    /** The dtypes besides F32 that store a parameter exactly. */
    public List<DType> types(String name) {
        return session.trained(name) || base.source().isEmpty()
                ? List.of(session.weight(name).dtype())
                : base.exactTypes(name);
    }
}
