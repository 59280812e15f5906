package org.halftune.backend.cpu;

import org.halftune.backend.Backend;
import org.halftune.backend.OpSuite;

/** The ops of the processor. */
class CpuOpTest extends OpSuite {
    @Override
    protected Backend open() {
        return CpuBackend.open(2);
    }
}
