package org.halftune.continual;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.files.AtomicFile;
import org.halftune.report.ContinualReport;
import org.halftune.report.ContinualReport.TaskScores;
import org.halftune.report.Figures;
import org.halftune.report.TrainingReport.Setting;
import org.halftune.report.TrainingReport.SettingsSection;
import org.halftune.report.html.ContinualPage;

/** Writes {@code report.html} after each round. */
final class SequenceReport {
    private final ContinualOptions options;
    private final List<PreparedRound> rounds;
    private final String device;

    SequenceReport(ContinualOptions options, List<PreparedRound> rounds, String device) {
        this.options = options;
        this.rounds = rounds;
        this.device = device;
    }

    /** @param scored how many rounds are scored */
    void write(Path output, ScoreMatrix scores, List<String> metrics, int scored) {
        var tasks = new ArrayList<TaskScores>();
        var overall = new ArrayList<Double>();
        var backward = new ArrayList<Double>();
        for (int task = 1; task <= scores.tasks().size(); task++) {
            var row = new ArrayList<Double>();
            for (int round = 0; round <= scores.tasks().size(); round++) row.add(scores.get(round, task));
            tasks.add(new TaskScores(scores.tasks().get(task - 1), metrics.get(task - 1), row));
            overall.add(scores.overall(task));
            backward.add(scores.backward(task));
        }
        var report = new ContinualReport(
                output.toAbsolutePath().normalize().getFileName().toString(),
                options.model() + " learns " + Amounts.counted(tasks.size(), "task") + " one after another, "
                        + options.method().description() + ".",
                Instant.now(),
                Optional.ofNullable(SequenceReport.class.getPackage().getImplementationVersion())
                        .orElse("development"),
                scored,
                tasks,
                overall,
                backward,
                scores.forward(),
                settings());
        AtomicFile.write(output.resolve(ContinualFolder.REPORT), ContinualPage.render(report));
    }

    private List<SettingsSection> settings() {
        var first = rounds.getFirst();
        var count = first.selection().count();
        var run = new SettingsSection(
                "Run",
                List.of(
                        new Setting("model", options.model().toString()),
                        new Setting("device", device),
                        new Setting("method", first.selection().method()),
                        new Setting("trained in round 1", Figures.percent(count.share()) + " of the parameters"),
                        new Setting(
                                "learning rate",
                                Figures.learningRate(
                                        first.round().arguments().optimizing().learningRate())),
                        new Setting(
                                "seed",
                                Long.toString(
                                        first.round().arguments().running().seed()))));
        var rows = rounds.stream()
                .map(round -> new Setting(
                        round.round().task().name(),
                        Amounts.counted(round.rows(), "row")
                                + (round.replayed() > 0 ? " and " + Amounts.exact(round.replayed()) + " replayed" : "")
                                + ", " + Amounts.counted(round.steps(), "step") + ", "
                                + Amounts.counted(round.test().questions(), "test row")))
                .toList();
        return List.of(run, new SettingsSection("Tasks", rows));
    }
}
