package org.halftune.study;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.halftune.continual.ContinualOptions;
import org.halftune.hft.Selection;
import org.halftune.report.study.RateAndSteps;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingPlan;

/** The smallest part of a study that is computed, recorded and skipped as a whole. */
sealed interface Cell {

    /** Identifies everything that determines the result: an equal key means equal bits. */
    String key();

    /** The name of the task; of a base cell, of the suite. */
    String task();

    /** What is scored, in order. */
    List<Suite> suites();

    /** Steps of training, to predict the remaining time. */
    int steps();

    /** Identifies the training: cells with an equal one are computed together. */
    default String training() {
        return key();
    }

    /** For messages: {@code zumi, HFT, 4e-4, seed 1}. */
    String title();

    /** The base model on one suite. */
    record Base(String key, Suite suite) implements Cell {
        @Override
        public String task() {
            return suite.name();
        }

        @Override
        public List<Suite> suites() {
            return List.of(suite);
        }

        @Override
        public int steps() {
            return 0;
        }

        @Override
        public String title() {
            return "base model, " + suite.name();
        }
    }

    /**
     * One training from the base model, then scoring.
     *
     * @param stage what the training minimizes
     * @param training identifies the training alone: cells that differ only in {@code reset} share it
     * @param reset parameters that go back to the base model's values before scoring
     */
    record Single(
            String key,
            String training,
            String task,
            String method,
            RateAndSteps setting,
            long seed,
            Selection selection,
            Stage stage,
            TrainingPlan plan,
            Set<String> reset,
            List<Suite> suites)
            implements Cell {
        public Single {
            suites = List.copyOf(suites);
        }

        @Override
        public int steps() {
            return plan.totalSteps();
        }

        @Override
        public String title() {
            return task + ", " + method + ", " + setting.label(true) + ", seed " + seed;
        }
    }

    /**
     * A sequence of tasks from the base model, then scoring of all of them.
     *
     * @param rounds with the folder for their models
     * @param steps of all rounds
     * @param trainable fraction of the parameters that learn in the first round
     */
    record Sequence(
            String key,
            String task,
            String method,
            RateAndSteps setting,
            long seed,
            Function<Path, ContinualOptions> rounds,
            int steps,
            double trainable,
            List<Suite> suites)
            implements Cell {
        public Sequence {
            suites = List.copyOf(suites);
        }

        @Override
        public String title() {
            return task + ", " + method + ", " + setting.label(true) + " a task, seed " + seed;
        }
    }
}
