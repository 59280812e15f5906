package org.halftune.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.halftune.report.study.StudyResult;
import org.halftune.study.Design;
import org.halftune.study.Machine;
import org.halftune.study.StudyRun;
import org.halftune.train.Interrupts;
import org.halftune.train.StopSignal;

/** Runs a study until its end or Ctrl-C. */
record StudyLaunch(Design design, Path output, StudyConsole console) {

    /** The result; empty after Ctrl-C, with how to go on as the last line. */
    Optional<StudyResult> run(Machine on) {
        var stop = new StopSignal();
        try (var _ = Interrupts.to(
                stop,
                () -> console.notice("stopping after this step or score; interrupt again to stop immediately"),
                console::endAtOnce)) {
            var result = new StudyRun(design, output, on, console, stop).run();
            if (result.isEmpty()) {
                console.notice("stopped; finished cells are in " + output.resolve("cells.jsonl")
                        + ". To continue, repeat the command");
            }
            return result;
        }
    }
}
