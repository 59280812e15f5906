package org.halftune.cli;

import java.util.List;
import org.halftune.backend.cuda.CudaProbe;

/** What of an NVIDIA GPU can be used. Nothing of it is needed for training on the CPU, so nothing missing blocks. */
final class GpuDiagnosis {
    private GpuDiagnosis() {}

    static List<Finding> all() {
        return CudaProbe.facts().stream().map(GpuDiagnosis::finding).toList();
    }

    private static Finding finding(CudaProbe.Fact fact) {
        return fact.fine()
                ? Finding.fine(fact.subject(), fact.found())
                : Finding.missing(fact.subject(), fact.found() + "; " + fact.fix());
    }
}
