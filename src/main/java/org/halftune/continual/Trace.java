package org.halftune.continual;

import java.util.List;

/** TRACE, a benchmark of eight tasks in a sequence (Wang et al. 2023, arXiv 2310.06762): its folders and their order. */
final class Trace {
    /** The order of the paper, by the names of its folders. */
    static final List<String> ORDER =
            List.of("C-STANCE", "FOMC", "MeetingBank", "Py150", "ScienceQA", "NumGLUE-cm", "NumGLUE-ds", "20Minuten");

    /** Instructions that TRACE replays. Its test rows have no answers, so it cannot be a task. */
    static final String REPLAYED = "Lima";

    private Trace() {}
}
