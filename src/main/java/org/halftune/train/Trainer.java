package org.halftune.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import org.halftune.hft.Rounds;
import org.halftune.session.StepBatches;
import org.halftune.session.StepResult;
import org.halftune.session.TrainingSession;
import org.halftune.train.arguments.BestModelOptions;
import org.halftune.train.checkpoint.TrainerState;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.record.MetricsRow;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.Outcome.Finished;
import org.halftune.train.record.Outcome.Stopped;
import org.halftune.train.record.RoundsText;
import org.halftune.train.record.TrainingFailure;
import org.halftune.train.record.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * The training loop, with the semantics of {@code transformers.Trainer}: after each step, if due, metrics, an evaluation and a
 * checkpoint, in this order. Ends after the last step, or when the {@link StopSignal} is set.
 *
 * <p>The only state between steps is a {@link TrainerState}; rows and learning rate depend on the step number. So a resumed run equals
 * an uninterrupted one bit for bit.
 */
final class Trainer {
    private final TrainingSession session;
    private final Stage stage;
    private final TrainingPlan plan;
    private final Rounds rounds;
    private final @Nullable Evaluator evaluator;
    private final RunRecord record;
    private final StopSignal stop;
    private final TrainingListener listener;
    private final Divergence divergence;
    private final BestModelOptions choosing;

    private TrainerState state;
    private int savedStep;
    private Optional<Path> lastCheckpoint;

    // Since the last training row, for its speed; a continued run measures anew.
    private long loggedTokens;
    private double loggedSeconds;
    private @Nullable StepResult last;

    /** Mean loss of the last logging interval; NaN before the first. */
    private double loggedLoss;

    /** Prepared during the previous step. */
    private @Nullable StepBatches upcoming;

    /**
     * @param session as it was at {@code state}: in the round of its last step
     * @param state where to begin
     * @param resumed the checkpoint that the run resumes from
     * @param loggedLoss the last logged loss; NaN before the first
     */
    Trainer(
            TrainingSession session,
            Stage stage,
            TrainingPlan plan,
            Rounds rounds,
            TrainerState state,
            Optional<Path> resumed,
            double loggedLoss,
            RunRecord record,
            StopSignal stop,
            TrainingListener listener) {
        this.session = session;
        this.stage = stage;
        this.plan = plan;
        this.rounds = rounds;
        this.record = record;
        this.stop = stop;
        this.listener = listener;
        this.state = state;
        this.loggedLoss = loggedLoss;
        divergence = new Divergence(plan, stage, session.config().vocabSize());
        choosing = plan.arguments().evaluating().bestModel();
        savedStep = state.step();
        lastCheckpoint = resumed;
        evaluator = plan.evalRows()
                .map(rows -> new Evaluator(rows, plan.arguments().batching().evalBatchSize(), plan.capacity()))
                .orElse(null);
    }

    /**
     * Trains to the end.
     *
     * @throws TrainingFailure if the run has diverged
     */
    Outcome run() {
        long start = System.nanoTime();
        int first = state.step();
        if (first == 0 && plan.evaluatesAtStart()) evaluate();
        while (settle() && !ended() && !stop.requested()) step();
        if (!ended() || evaluationIsDue()) return stopped();
        if (plan.savesAtEnd() && savedStep < state.step()) save();

        requireLearning();
        return finished(start, first);
    }

    private boolean ended() {
        return state.step() >= plan.totalSteps() || state.best().exhausted(choosing);
    }

    /** A diverged run exports nothing, unless the best checkpoint is exported. */
    private void requireLearning() {
        if (choosing.loadBest() && state.best().checkpoint() > 0) return;
        double recent = state.step() > state.loggedStep() ? state.meanIntervalLoss() : loggedLoss;
        if (divergence.endedWorse(state.firstLoss(), recent)) {
            throw divergence.atEnd(state.firstLoss(), recent);
        }
    }

    /**
     * @param start {@link System#nanoTime} at the start
     * @param first steps done before
     */
    private Finished finished(long start, int first) {
        double seconds = (System.nanoTime() - start) * 1e-9;
        var summary = new MetricsRow.Summary(
                state.step(),
                plan.epochAfter(state.step()),
                state.meanLoss(),
                state.inputTokens(),
                seconds,
                state.step() - first);
        append(summary);
        return new Finished(summary, state.step() < plan.totalSteps(), exported());
    }

    private Optional<Outcome.Best> exported() {
        var best = state.best();
        if (!choosing.loadBest() || best.checkpoint() == 0 || best.checkpoint() == state.step())
            return Optional.empty();
        return Optional.of(new Outcome.Best(best.checkpoint(), best.metric().orElse(Double.NaN)));
    }

    private void step() {
        int step = state.step();
        if (rounds.begins(step)) beginRound(step);
        var batches = upcoming != null ? upcoming : batches(step);
        upcoming = null;
        var result = session.step(batches, plan.learningRate(step), () -> {
            // A new round has its own memory for batches.
            if (step + 1 < plan.totalSteps() && !rounds.begins(step + 1)) upcoming = batches(step + 1);
            return upcoming;
        });
        divergence.check(result, step, lastCheckpoint);
        state = state.afterStep(result);
        last = result;
        loggedTokens += result.inputTokens();
        loggedSeconds += result.seconds();
        listener.stepped(state.step(), plan.totalSteps(), result);
    }

    private StepBatches batches(int step) {
        return session.batches(plan.batches(step), plan.memoryBatches(step));
    }

    private void beginRound(int step) {
        var selection = rounds.at(step);
        session.newRound(selection.trainable());
        state = state.atNewRound();
        listener.notice(RoundsText.begins(rounds, step));
    }

    /** Does everything that is due after this step. Returns false if it was stopped before the end. */
    private boolean settle() {
        if (plan.logs(state.step()) && state.loggedStep() < state.step() && last != null) log(last);
        if (evaluationIsDue() && !evaluate()) return false;
        if (plan.saves(state.step()) && savedStep < state.step()) save();
        return true;
    }

    private void log(StepResult result) {
        append(new MetricsRow.Training(
                state.step(),
                plan.epochAfter(state.step()),
                state.meanIntervalLoss(),
                result.gradNorm(),
                result.learningRate(),
                loggedSeconds > 0 ? loggedTokens / loggedSeconds : 0,
                state.meanIntervalFigures()));
        loggedLoss = state.meanIntervalLoss();
        state = state.afterLogging();
        loggedTokens = 0;
        loggedSeconds = 0;
    }

    private boolean evaluationIsDue() {
        return plan.evaluates(state.step()) && state.evaluatedStep() < state.step();
    }

    private boolean evaluate() {
        if (evaluator == null) return true;
        long start = System.nanoTime();
        var score = evaluator.evaluate(session, stop, listener);
        if (score == null) return false;
        divergence.checkEvaluation(score.loss(), state.step(), lastCheckpoint);
        append(new MetricsRow.Evaluation(
                state.step(),
                plan.epochAfter(state.step()),
                score.loss(),
                stage.isCrossEntropy() ? OptionalDouble.of(Math.exp(score.loss())) : OptionalDouble.empty(),
                score.tokens(),
                score.samples(),
                (System.nanoTime() - start) * 1e-9,
                score.figures()));
        // As in transformers, an evaluation before the first step decides nothing.
        if (state.step() > 0) state = state.afterEvaluation(score.loss(), choosing);
        // A checkpoint written by an interruption lacks this evaluation, by which it may be the best: it is written
        // again.
        if (choosing.tracked() && savedStep == state.step()) savedStep--;
        return true;
    }

    private void save() {
        // One that only an interruption caused is not chosen, so that a continued run chooses as an uninterrupted one.
        if (plan.saves(state.step())) state = state.afterCheckpoint();
        lastCheckpoint = Optional.of(record.checkpoint(state));
        savedStep = state.step();
        lastCheckpoint.ifPresent(listener::saved);
    }

    private Stopped stopped() {
        if (savedStep < state.step()) save();
        return new Stopped(state.step(), lastCheckpoint);
    }

    private void append(MetricsRow row) {
        record.append(row);
        listener.logged(row);
    }
}
