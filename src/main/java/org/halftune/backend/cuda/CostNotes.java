package org.halftune.backend.cuda;

import org.halftune.backend.Phase;
import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cost.WorkLog;

/** Where the cost classes write down what would have been launched, with the phase that runs. */
final class CostNotes {
    private WorkLog log = new WorkLog();
    private Phase phase = Phase.OTHER;
    private boolean recording;

    Phase enter(Phase next) {
        var ended = phase;
        phase = next;
        return ended;
    }

    void recording(boolean on) {
        recording = on;
        if (on) log.replayed();
    }

    boolean isRecording() {
        return recording;
    }

    /** A kernel whose every access goes to memory. A grid without blocks is no launch. */
    void kernel(String name, long blocks, long read, long written) {
        kernel(name, blocks, read, written, read + written);
    }

    /** A kernel without products of matrices. */
    void kernel(String name, long blocks, long read, long written, long moved) {
        kernel(name, blocks, new Traffic(read, written), moved, 0);
    }

    void kernel(String name, long blocks, Traffic asked, long moved, double tensorOperations) {
        if (blocks > 0) note(new Work.Kernel(name, asked, moved, tensorOperations, blocks));
    }

    void note(Work work) {
        log.add(work, phase, recording);
    }

    WorkLog take() {
        var taken = log;
        log = new WorkLog();
        return taken;
    }
}
