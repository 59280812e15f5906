package org.halftune.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.backend.MemoryCategory;
import org.halftune.console.Amounts;
import org.halftune.console.HangingLines;
import org.halftune.console.ProgressLine;
import org.halftune.console.Terminal;
import org.halftune.session.StepResult;
import org.halftune.train.arguments.Intervals;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.record.MetricsRow;
import org.halftune.train.record.RoundsText;
import org.halftune.train.record.RunHeader;
import org.halftune.train.record.TrainingListener;
import org.jspecify.annotations.Nullable;

/** Prints a run: a header, a progress bar, a line for each metrics row, and each saved checkpoint. */
final class TrainingConsole implements TrainingListener, AutoCloseable {
    private static final Duration FLUSH_TIME = Duration.ofMillis(200);

    private final Terminal terminal;
    private final boolean bar;
    private final Notices beforeWork;
    private @Nullable ProgressLine line;
    private boolean conversations;
    private double tokens;
    private double seconds;

    TrainingConsole(Terminal terminal, boolean bar) {
        this.terminal = terminal;
        this.bar = bar;
        beforeWork = new Notices(terminal);
    }

    /** Whether the training rows are conversations. */
    boolean conversations() {
        return conversations;
    }

    /** Holds the notices about the device until the run begins. */
    Notices beforeWork() {
        return beforeWork;
    }

    @Override
    public void begins(RunHeader header) {
        beforeWork.begin();
        var count = header.selection().count();
        var plan = header.plan();
        var out = new HangingLines(terminal, "recompute ".length());
        out.println("model     " + header.model());
        out.println("device    " + header.device());
        plan.description().ifPresent(data -> {
            out.println("data      " + data.line());
            conversations = data.summary().notes().conversations() > 0;
        });
        out.println(String.format(
                Locale.ROOT,
                "trains    %s of %s parameters (%s), method %s",
                Amounts.count((double) count.trainable()),
                Amounts.count((double) count.total()),
                Amounts.percent(count.share()),
                header.selection().method()));
        if (header.rounds().rotates()) out.println("rotates   " + RoundsText.summary(header.rounds()));
        out.println(String.format(
                Locale.ROOT,
                "steps     %s, %s tokens, %s schedule",
                Amounts.exact(plan.totalSteps()),
                Amounts.count((double) plan.totalTokens()),
                plan.arguments().scheduling().curve().name().toLowerCase(Locale.ROOT)));
        out.println("memory    " + memory(header.memory()));
        out.println("saves     " + header.saved());
        header.recomputation().ifPresent(what -> out.println("recompute " + what));
        header.resumed().ifPresent(from -> out.println("resumes   " + from + " after step " + header.stepsDone()));
        if (plan.arguments().saving().onlyModel()) {
            out.println("resuming  not possible: with --save_only_model, checkpoints have no optimizer state");
        }
        evaluation(plan).ifPresent(what -> out.println("evaluates " + what));
        out.flush();
        line = new ProgressLine(terminal, "train", bar);
    }

    /** When and on which rows; or that the evaluation rows are not used. */
    private static Optional<String> evaluation(TrainingPlan plan) {
        var arguments = plan.arguments();
        var evaluating = arguments.evaluating();
        if (plan.evalRows().isEmpty()) {
            return arguments.data().evaluates()
                    ? Optional.of("never (--eval_strategy no): the evaluation rows are not used")
                    : Optional.empty();
        }
        String when = switch (evaluating.strategy()) {
            case NO -> "never";
            case STEPS -> Intervals.words(Intervals.steps(evaluating.steps(), plan.totalSteps()));
            case EPOCH -> "every epoch";
        };
        var bestModel = evaluating.bestModel();
        return Optional.of(when + " and at the end, on "
                + plan.evalRows().get().counted()
                + (bestModel.loadBest() ? "; exports the best model" : "")
                + (bestModel.patience().isEmpty()
                        ? ""
                        : "; stops early after "
                                + Amounts.counted(bestModel.patience().getAsInt(), "evaluation")
                                + " without improvement"));
    }

    private static String memory(Map<MemoryCategory, Long> held) {
        return Amounts.bytes(MemoryCategory.total(held))
                + held.entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .map(entry -> Amounts.bytes(entry.getValue()) + " "
                                + entry.getKey().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", ", ": ", ""));
    }

    @Override
    public void stepped(int step, int totalSteps, StepResult result) {
        tokens += result.inputTokens();
        seconds += result.seconds();
        if (line == null) return;
        line.update(
                step,
                totalSteps,
                String.format(
                        Locale.ROOT,
                        "loss %.4f  lr %.2e  norm %.3f  %,.0f tokens/s",
                        result.loss(),
                        result.learningRate(),
                        result.gradNorm(),
                        seconds == 0 ? 0 : tokens / seconds));
    }

    @Override
    public void logged(MetricsRow row) {
        notice(
                switch (row) {
                    case MetricsRow.Training t ->
                        String.format(
                                Locale.ROOT,
                                "step %,5d  epoch %.2f  loss %.4f%s  lr %.3e  grad norm %.3f  %,.0f tokens/s",
                                t.step(),
                                t.epoch(),
                                t.loss(),
                                shown(t.figures()),
                                t.learningRate(),
                                t.gradNorm(),
                                t.tokensPerSecond());
                    case MetricsRow.Evaluation e ->
                        String.format(
                                Locale.ROOT,
                                "step %,5d  epoch %.2f  eval loss %.4f%s%s",
                                e.step(),
                                e.epoch(),
                                e.loss(),
                                e.perplexity().isEmpty()
                                        ? ""
                                        : String.format(
                                                Locale.ROOT,
                                                "  perplexity %,.3f",
                                                e.perplexity().getAsDouble()),
                                shown(e.figures()));
                    case MetricsRow.Summary s ->
                        String.format(
                                Locale.ROOT,
                                "done: %s, mean loss %.4f, %s tokens",
                                stepsAndTime(s),
                                s.loss(),
                                Amounts.count((double) s.tokens()));
                });
    }

    private static String shown(Map<String, Double> figures) {
        return figures.entrySet().stream()
                .map(figure -> String.format(Locale.ROOT, "  %s %.4f", figure.getKey(), figure.getValue()))
                .collect(Collectors.joining());
    }

    /** {@code 1,500 steps in 24.6 s}; of a resumed run {@code 1,500 steps (1,016 since the resume, in 24.6 s)}. */
    private static String stepsAndTime(MetricsRow.Summary summary) {
        String steps = Amounts.counted(summary.step(), "step");
        String time = "in " + Amounts.duration(Duration.ofMillis((long) (1e3 * summary.runtime())));
        return summary.steps() == summary.step()
                ? steps + " " + time
                : steps + " (" + Amounts.exact(summary.steps()) + " since the resume, " + time + ")";
    }

    @Override
    public void saved(Path checkpoint) {
        notice("saved " + checkpoint);
    }

    @Override
    public void notice(String text) {
        if (line != null) {
            line.note(text);
        } else {
            terminal.out().println(text);
            terminal.out().flush();
        }
    }

    /** Exits immediately: no shutdown hooks, and no waiting for a blocked terminal. */
    void endAtOnce(int exitCode) {
        try {
            if (line != null) Thread.ofPlatform().daemon().start(line::abandon).join(FLUSH_TIME);
        } catch (InterruptedException e) {
            // Exits anyway.
        } finally {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    @Override
    public void close() {
        ends();
    }

    /** Ends the bar; later notices are plain lines. */
    void ends() {
        if (line != null) line.close();
        line = null;
    }
}
