package org.halftune.report;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.halftune.report.TrainingReport.SettingsSection;

/**
 * The data of a continual training's report. NaN means not measured.
 *
 * @param title the name of the output folder
 * @param summary one sentence: model, method and tasks
 * @param rounds how many rounds are scored
 * @param overall OP after each round, from round 1
 * @param backward BWT after each round
 * @param forward FWT of the whole sequence
 * @param settings by heading
 */
public record ContinualReport(
        String title,
        String summary,
        Instant writtenAt,
        String programVersion,
        int rounds,
        List<TaskScores> tasks,
        List<Double> overall,
        List<Double> backward,
        double forward,
        List<SettingsSection> settings) {

    public ContinualReport {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(summary, "summary");
        tasks = List.copyOf(tasks);
        overall = List.copyOf(overall);
        backward = List.copyOf(backward);
        settings = List.copyOf(settings);
    }

    /**
     * A task, in the order of the sequence: the first is learned in round 1.
     *
     * @param scores 0 to 1 after each round, from round 0, which is before the first
     */
    public record TaskScores(String name, String metric, List<Double> scores) {
        public TaskScores {
            scores = List.copyOf(scores);
        }
    }
}
