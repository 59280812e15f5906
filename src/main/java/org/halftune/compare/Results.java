package org.halftune.compare;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.halftune.backend.Category;
import org.halftune.data.ModelLimits;
import org.halftune.hft.Selection;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.report.Comparison;
import org.halftune.report.LearningRates;
import org.halftune.report.MemoryUse;
import org.halftune.report.MethodResult;
import org.halftune.report.MethodResult.BeforeAfter;
import org.halftune.report.MethodResult.CategoryShare;
import org.halftune.report.MethodResult.LossPoint;
import org.halftune.report.MethodResult.Scores;
import org.halftune.report.MethodResult.Trainable;
import org.halftune.report.RatePoint;
import org.halftune.report.Saving;
import org.halftune.report.StepTime;
import org.halftune.train.TrainingArguments;
import org.halftune.train.TrainingPlan;

/** From what was measured to the records of the report. */
record Results(
        CompareOptions options,
        String device,
        PretrainedFolder folder,
        TrainingPlan plan,
        Exams exams,
        List<Duel.Result> duels) {

    Results {
        duels = List.copyOf(duels);
    }

    /**
     * The whole comparison.
     *
     * @param prediction of what HFT saves, given FFT's measured step
     */
    Comparison comparison(Function<StepTime, Saving.Predicted> prediction, Instant now) {
        var full = duels.stream().map(duel -> duel.full().steps()).toList();
        var half = duels.stream().map(duel -> duel.half().steps()).toList();
        var fft = methods(Duel.Result::full, StepTimes.of(full));
        var hft = methods(Duel.Result::half, StepTimes.of(half));
        var rates = LearningRates.of(points(fft), points(hft));
        int shown = IntStream.range(0, duels.size())
                .filter(i -> duels.get(i).learningRate() == rates.shown())
                .findFirst()
                .orElseThrow();
        var saving = new Saving(
                prediction.apply(fft.get(shown).time()),
                new Saving.Measured(
                        StepTimes.ratio(full, half),
                        (double) hft.get(shown).memory().peak()
                                / fft.get(shown).memory().peak()));
        return new Comparison(
                "FFT and HFT on " + options.taskName(),
                now,
                version(),
                machine(),
                model(),
                task(),
                settings(options.trainings().get(shown)),
                rates,
                fft.get(shown),
                hft.get(shown),
                saving);
    }

    /** One method at each rate. */
    private List<MethodResult> methods(Function<Duel.Result, Trained> which, StepTime time) {
        return duels.stream()
                .map(duel -> method(which.apply(duel), time, duel.before()))
                .toList();
    }

    private List<RatePoint> points(List<MethodResult> methods) {
        return IntStream.range(0, duels.size())
                .mapToObj(i -> RatePoint.of(duels.get(i).learningRate(), methods.get(i)))
                .toList();
    }

    private static MethodResult method(Trained trained, StepTime time, Exams.Marks before) {
        var losses = new ArrayList<LossPoint>();
        for (var step : trained.steps())
            losses.add(new LossPoint(losses.size() + 1, step.result().loss()));
        var after = trained.marks();
        return new MethodResult(
                trained.name(),
                trainable(trained.selection()),
                time,
                memory(trained.memory()),
                losses,
                trained.evalLosses(),
                new Scores(
                        new BeforeAfter(before.newTask(), after.newTask()),
                        new BeforeAfter(before.oldKnowledge(), after.oldKnowledge()),
                        new BeforeAfter(before.perplexity(), after.perplexity())));
    }

    private static Trainable trainable(Selection selection) {
        var categories = new ArrayList<CategoryShare>();
        selection.countByCategory().forEach((category, count) -> {
            if (count.total() == 0) return;
            categories.add(new CategoryShare(
                    category.title(), count.trainable(), count.total(), count.matricesTrainable(), count.matrices()));
        });
        return new Trainable(selection.count().trainable(), selection.count().total(), categories);
    }

    private static MemoryUse memory(Map<Category, Long> held) {
        return new MemoryUse(
                held.getOrDefault(Category.WEIGHTS, 0L),
                held.getOrDefault(Category.GRADIENTS, 0L),
                held.getOrDefault(Category.MOMENTS, 0L),
                held.getOrDefault(Category.MASTERS, 0L),
                held.getOrDefault(Category.ACTIVATIONS, 0L),
                held.getOrDefault(Category.LOGITS, 0L),
                held.getOrDefault(Category.WORKSPACE, 0L),
                held.values().stream().mapToLong(Long::longValue).sum());
    }

    private static String version() {
        return Optional.ofNullable(Results.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private Comparison.Machine machine() {
        return new Comparison.Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Processor.name(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
                device);
    }

    private Comparison.ModelFacts model() {
        var config = folder.config();
        return new Comparison.ModelFacts(
                name(folder.path()),
                Selection.full(config).count().total(),
                config.layers(),
                config.hiddenSize(),
                config.intermediateSize(),
                config.attentionHeads(),
                config.keyValueHeads(),
                config.vocabSize(),
                config.tiedHead(),
                config.dtype().name());
    }

    private Comparison.Task task() {
        var data = options.training().data();
        return new Comparison.Task(
                options.taskName(),
                String.join(", ", data.trainFiles().stream().map(Results::name).toList()),
                data.evalFile().map(Results::name).orElse(""),
                plan.rows().size(),
                new Comparison.Quiz(
                        data.evalFile().map(Results::name).orElse("none"),
                        "exact match",
                        Exams.questions(exams.newTask())),
                new Comparison.Quiz(
                        options.knowledgeFile().map(Results::name).orElse("none"),
                        "exact match",
                        Exams.questions(exams.oldKnowledge())),
                options.heldOutFile().map(Results::name).orElse(""));
    }

    /** The last two parts of a path: reports are shared, home folders are not. */
    private static String name(Path path) {
        var absolute = path.toAbsolutePath().normalize();
        int parts = absolute.getNameCount();
        return parts == 0
                ? absolute.toString()
                : absolute.subpath(Math.max(0, parts - 2), parts).toString();
    }

    private Comparison.Settings settings(TrainingArguments arguments) {
        var limits =
                new ModelLimits(folder.config().vocabSize(), folder.config().maxPositions());
        return new Comparison.Settings(
                arguments.optimizing().learningRate(),
                arguments.scheduling().curve().name().toLowerCase(Locale.ROOT),
                plan.totalSteps(),
                arguments.batching().trainBatchSize(),
                arguments.batching().accumulationSteps(),
                arguments.data().maxLength().within(limits),
                arguments.optimizing().weightDecay(),
                arguments.optimizing().maxGradNorm(),
                arguments.running().seed(),
                arguments.selecting().strategy().name().toLowerCase(Locale.ROOT),
                arguments.selecting().ratio(),
                arguments.selecting().seed(),
                arguments.selecting().freezeEmbeddings(),
                arguments.selecting().freezeLmHead());
    }
}
