package org.halftune.cli;

import java.util.LinkedHashSet;
import java.util.List;
import org.halftune.compare.CompareOptions;
import org.halftune.problem.InputError;
import org.halftune.report.study.RateAndSteps;
import org.halftune.study.Choice;
import org.halftune.study.Design;
import org.halftune.study.StudyTask;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/**
 * A comparison of several methods or seeds as a study of one task.
 *
 * @param given values of {@code --seeds}; empty: not given
 */
record ComparedSeveral(List<MethodWord> methods, List<Double> given) {

    /** Whether the comparison is more than FFT and one HFT with one seed, which are trained side by side and timed. */
    boolean isStudy() {
        boolean pair = methods.size() == 2
                && methods.stream()
                                .filter(method -> method.method() == Method.FFT)
                                .count()
                        == 1;
        return !pair || given.size() > 1;
    }

    /** The seeds, or {@code seed} if none are given. */
    List<Long> seeds(long seed) {
        if (given.isEmpty()) return List.of(seed);
        for (double one : given) {
            if (one != Math.rint(one) || Math.abs(one) > 1L << 53) {
                throw Flag.refused("seeds", Double.toString(one), "give whole numbers: --seeds 1,2,3");
            }
        }
        var seeds = given.stream().map(Double::longValue).toList();
        if (new LinkedHashSet<>(seeds).size() == seeds.size()) return seeds;
        throw Flag.refused("seeds", seeds.toString(), "give each seed only once");
    }

    /**
     * The study. Settings are chosen on the reported questions, as compare does with one seed.
     *
     * @param flags the selection's flags as given
     */
    Design design(TrainingArgumentsBuilder form, MethodWord.Given flags, CompareOptions options) {
        var data = options.training().data();
        if (data.evalFiles().isEmpty()) {
            throw new InputError(
                    "several methods or seeds are compared by their scores, but there is no --eval_file",
                    "",
                    "give test rows of the new task with --eval_file");
        }
        if (form.maxSteps < 1) {
            throw new InputError(
                    "several methods or seeds are compared at a fixed number of steps",
                    "--max_steps " + form.maxSteps,
                    "give a number of steps");
        }
        var settings = options.trainings().stream()
                .map(training -> new RateAndSteps(training.optimizing().learningRate(), form.maxSteps))
                .toList();
        var task = StudyTask.ofFiles(
                options.taskName().replaceFirst("^the task ", ""),
                data.evalFiles(),
                options.knowledgeFile().stream().toList(),
                options.heldOutFile().stream().toList());
        return new Design(
                "Comparison on " + options.taskName(),
                List.of(task),
                methods.stream()
                        .map(method -> new Design.Arm(
                                task.name(),
                                method.name(),
                                settings,
                                new Design.Single((setting, seed) -> training(form, flags, method, setting, seed))))
                        .toList(),
                methods.getFirst().name(),
                seeds(form.seed),
                new Choice(0, 0),
                List.of());
    }

    private static TrainingArguments training(
            TrainingArgumentsBuilder form, MethodWord.Given flags, MethodWord method, RateAndSteps setting, long seed) {
        method.writeTo(form, flags);
        form.learningRate = setting.learningRate();
        form.maxSteps = setting.steps();
        form.seed = seed;
        return form.build();
    }
}
