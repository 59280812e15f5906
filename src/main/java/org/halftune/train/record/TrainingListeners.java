package org.halftune.train.record;

import java.nio.file.Path;
import java.util.List;
import org.halftune.session.StepResult;

/** Combines several listeners, called in order. */
public record TrainingListeners(List<TrainingListener> all) implements TrainingListener {
    public TrainingListeners {
        all = List.copyOf(all);
    }

    @Override
    public void begins(RunHeader header) {
        all.forEach(listener -> listener.begins(header));
    }

    @Override
    public void stepped(int step, int totalSteps, StepResult result) {
        all.forEach(listener -> listener.stepped(step, totalSteps, result));
    }

    @Override
    public void logged(MetricsRow row) {
        all.forEach(listener -> listener.logged(row));
    }

    @Override
    public void evaluating(int done, int total) {
        all.forEach(listener -> listener.evaluating(done, total));
    }

    @Override
    public void saved(Path checkpoint) {
        all.forEach(listener -> listener.saved(checkpoint));
    }

    @Override
    public void notice(String line) {
        all.forEach(listener -> listener.notice(line));
    }
}
