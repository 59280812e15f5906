package org.halftune.study;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.halftune.continual.ContinualOptions;
import org.halftune.report.study.PaperFigure;
import org.halftune.report.study.RateAndSteps;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.Stage;

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
    public record Arm(String task, String method, List<RateAndSteps> settings, Training training) {
        public Arm {
            settings = List.copyOf(settings);
        }
    }

    /** What a cell trains. */
    public sealed interface Training {
        /** The arguments at a setting and seed, of a sequence those of its first round; {@code evalFile} is not used. */
        TrainingArguments arguments(RateAndSteps setting, long seed);
    }

    /** The arguments of a training. */
    @FunctionalInterface
    public interface Arguments {
        TrainingArguments at(RateAndSteps setting, long seed);
    }

    /**
     * One task: supervised fine-tuning, or preference optimization whose reference is the base model.
     *
     * @param reset selects what goes back to the base model's values after the training; empty: nothing
     */
    public record Single(Arguments at, Stage stage, Optional<LongFunction<Selecting>> reset) implements Training {
        /** Supervised fine-tuning. */
        public Single(Arguments at) {
            this(at, new Stage.Supervised(), Optional.empty());
        }

        @Override
        public TrainingArguments arguments(RateAndSteps setting, long seed) {
            return at.at(setting, seed);
        }
    }

    /** A sequence of tasks, one round each; {@code max_steps} are those of a round. */
    public record Sequence(Rounds rounds) implements Training {
        @Override
        public TrainingArguments arguments(RateAndSteps setting, long seed) {
            return rounds.at(setting, seed, Path.of("")).rounds().getFirst().arguments();
        }
    }

    /** The rounds of a sequence. */
    @FunctionalInterface
    public interface Rounds {
        /** @param folder for the models of the rounds */
        ContinualOptions at(RateAndSteps setting, long seed, Path folder);
    }
}
