package org.halftune.study;

import java.util.List;
import org.halftune.report.study.PaperFigure;
import org.halftune.report.study.Setting;
import org.halftune.train.arguments.TrainingArguments;

/**
 * What a study trains and scores.
 *
 * @param arms each method on each task, with the settings it may choose from
 * @param baseline the method that the others are compared with
 * @param choice which questions the settings are chosen on
 */
public record Design(
        String title,
        List<StudyTask> tasks,
        List<Arm> arms,
        String baseline,
        List<Long> seeds,
        Choice choice,
        List<PaperFigure> paper) {

    public Design {
        tasks = List.copyOf(tasks);
        arms = List.copyOf(arms);
        seeds = List.copyOf(seeds);
        paper = List.copyOf(paper);
    }

    /** The names of the methods, in the order given. */
    List<String> methods() {
        return arms.stream().map(Arm::method).distinct().toList();
    }

    StudyTask task(String name) {
        return tasks.stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /**
     * A method on a task.
     *
     * @param settings the settings it may choose from
     */
    public record Arm(String task, String method, List<Setting> settings, Training training) {
        public Arm {
            settings = List.copyOf(settings);
        }
    }

    /** The training of a cell. */
    @FunctionalInterface
    public interface Training {
        /** The arguments at a setting and seed; {@code evalFile} is not used. */
        TrainingArguments arguments(Setting setting, long seed);
    }
}
