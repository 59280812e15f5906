package org.halftune.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.console.HangingLines;
import org.halftune.console.ProgressLine;
import org.halftune.console.Table;
import org.halftune.console.Terminal;
import org.halftune.continual.ContinualListener;
import org.halftune.continual.ContinualOptions;
import org.halftune.continual.ContinualOutcome;
import org.halftune.continual.PreparedRound;
import org.halftune.continual.ScoreMatrix;
import org.halftune.continual.ScoreTable;
import org.halftune.continual.TaskRound;
import org.halftune.train.record.TrainingListener;
import org.jspecify.annotations.Nullable;

/** Prints a continual training: the tasks, each round's training, and the scores after each round. */
final class ContinualConsole implements ContinualListener, AutoCloseable {
    private final Terminal terminal;
    private final boolean bar;
    private final Notices beforeWork;
    private @Nullable TrainingConsole training;
    private @Nullable ProgressLine line;

    ContinualConsole(Terminal terminal, boolean bar) {
        this.terminal = terminal;
        this.bar = bar;
        beforeWork = new Notices(terminal);
    }

    @Override
    public void notice(String text) {
        if (training != null) training.notice(text);
        else if (line != null) line.note(text);
        else beforeWork.add(text);
    }

    @Override
    public void begins(ContinualOptions options, List<PreparedRound> rounds, String device, Optional<String> resumed) {
        beforeWork.begin();
        var out = new HangingLines(terminal, "selection ".length());
        out.println("model     " + options.model());
        out.println("device    " + device);
        out.println("method    " + options.method().description() + "; "
                + rounds.getFirst().selection().method());
        var worst = rounds.stream()
                .max(Comparator.comparingLong(PreparedRound::memory))
                .orElseThrow();
        out.println("memory    up to " + Amounts.bytes(worst.memory()) + ", in round "
                + worst.round().number());
        resumed.ifPresent(what -> out.println("resumes   " + what));
        out.flush();
        var table = Table.of("round", "task", "rows", "replayed", "steps", "trains", "test rows", "metric");
        for (var round : rounds) {
            table.row(
                    round.round().number(),
                    round.round().task().name(),
                    Amounts.exact(round.rows()),
                    Amounts.exact(round.replayed()),
                    Amounts.exact(round.steps()),
                    Amounts.percent(round.selection().count().share()),
                    Amounts.exact(round.test().questions()),
                    round.test().metric());
        }
        terminal.out().println();
        terminal.out().print(table.render(terminal.columns()));
        terminal.out().flush();
    }

    @Override
    public TrainingListener round(TaskRound round, int rounds) {
        endLines();
        terminal.out()
                .println("\nround " + round.number() + " of " + rounds + ": "
                        + round.task().name());
        training = new TrainingConsole(terminal, bar);
        return training;
    }

    @Override
    public void scoring(int round, String task, long done, long total) {
        endTraining();
        if (line == null) line = new ProgressLine(terminal, "score " + task, bar);
        line.update(done, total, "");
        if (done == total) endLine();
    }

    @Override
    public void scored(int round, ScoreMatrix scores, List<String> metrics) {
        endLines();
        if (round == 0) return;
        terminal.out().println();
        terminal.out().print(ScoreTable.render(scores, metrics, round, terminal.columns()));
        terminal.out().flush();
    }

    void finished(ContinualOutcome.Finished finished, ContinualOptions options) {
        endLines();
        if (finished.before()) {
            terminal.out().println();
            terminal.out()
                    .print(ScoreTable.render(
                            finished.scores(),
                            finished.metrics(),
                            finished.scores().tasks().size(),
                            terminal.columns()));
        }
        terminal.out().println();
        ScoreTable.summary(finished.scores()).forEach(terminal.out()::println);
        terminal.out().println();
        if (finished.before()) terminal.out().println("this run is already complete; nothing was changed");
        NextSteps.of(finished, options).forEach(terminal.out()::println);
        terminal.out().flush();
    }

    void stopped(ContinualOutcome.Stopped stopped) {
        endLines();
        terminal.out()
                .println("stopped in round " + stopped.round().number() + " ("
                        + stopped.round().task().name()
                        + "); to continue, repeat the command with --resume_from_checkpoint true");
        terminal.out().flush();
    }

    /** Exits immediately: no shutdown hooks, and no waiting for a blocked terminal. */
    void endAtOnce(int exitCode) {
        if (training != null) training.endAtOnce(exitCode);
        Runtime.getRuntime().halt(exitCode);
    }

    private void endTraining() {
        if (training != null) training.close();
        training = null;
    }

    private void endLine() {
        if (line != null) line.close();
        line = null;
    }

    private void endLines() {
        endTraining();
        endLine();
    }

    @Override
    public void close() {
        endLines();
    }
}
