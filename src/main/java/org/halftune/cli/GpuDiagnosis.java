package org.halftune.cli;

import java.util.List;
import org.halftune.backend.cuda.CudaProbe;

/** What of an NVIDIA GPU can be used. Nothing of it is needed for training on the CPU, so nothing missing blocks. */
final class GpuDiagnosis {
    private GpuDiagnosis() {}

    static List<DoctorLine> all() {
        return CudaProbe.facts().stream().map(GpuDiagnosis::finding).toList();
    }

    private static DoctorLine finding(CudaProbe.Fact fact) {
        return fact.fine()
                ? DoctorLine.fine(fact.subject(), fact.found())
                : DoctorLine.missing(fact.subject(), fact.found() + "; " + fact.fix());
    }
}
