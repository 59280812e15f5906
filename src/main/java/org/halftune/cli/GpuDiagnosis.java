package org.halftune.cli;

import java.util.List;
import org.halftune.backend.cuda.CudaProbe;

/** Checks the NVIDIA driver and GPU. They are optional: training also works on the CPU. */
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
