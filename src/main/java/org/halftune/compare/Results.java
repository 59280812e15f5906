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
import org.halftune.data.ModelLimits;
import org.halftune.hft.Selection;
import org.halftune.report.Comparison;
import org.halftune.report.EqualMemoryResult;
import org.halftune.report.HftSaving;
import org.halftune.report.LearningRates;
import org.halftune.report.MethodResult;
import org.halftune.report.MethodResult.BeforeAfter;
import org.halftune.report.MethodResult.LossPoint;
import org.halftune.report.MethodResult.Scores;
import org.halftune.report.RatePoint;
import org.halftune.report.StepTime;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.record.ReportedFigures;

/**
 * Converts the measurements to the records of the report.
 *
 * @param equalMemory empty if not requested
 */
record Results(
        CompareOptions options,
        String device,
        CompareRun.Subject subject,
        CompareRun.SameStep sameStep,
        Optional<EqualMemoryResult> equalMemory) {

    /** The whole comparison. */
    Comparison comparison(Instant now) {
        var pairs = sameStep.pairs();
        var full = pairs.stream().map(pair -> pair.full().steps()).toList();
        var half = pairs.stream().map(pair -> pair.half().steps()).toList();
        var fft = methods(PairedTraining.Result::full, "FFT", subject.full(), StepTimes.of(full));
        var hft = methods(PairedTraining.Result::half, "HFT", subject.half(), StepTimes.of(half));
        var rates = LearningRates.of(points(fft), points(hft)).leavingOut(sameStep.diverged());
        int shown = rates.fft().indexOf(LearningRates.at(rates.fft(), rates.shown()));
        return new Comparison(
                "FFT and HFT on " + options.taskName(),
                now,
                version(),
                machine(),
                model(),
                task(),
                settings(at(rates.shown())),
                rates,
                fft.get(shown),
                hft.get(shown),
                saving(fft.get(shown), hft.get(shown), StepTimes.ratio(full, half)),
                equalMemory);
    }

    private HftSaving saving(MethodResult fft, MethodResult hft, HftSaving.Ratio time) {
        double memory = (double) hft.memory().peak() / fft.memory().peak(); // NaN if nothing was measured
        var config = subject.folder().config();
        return new HftSaving(
                SavingPrediction.predict(
                        subject.half(), config.tiedHead(), labelledShare(), fft.time(), sameStep.plannedMemory()),
                new HftSaving.Measured(time, memory));
    }

    private double labelledShare() {
        long labelled = 0;
        long tokens = 0;
        for (int step = 0; step < subject.plan().totalSteps(); step++) {
            for (var batch : subject.plan().batches(step)) {
                labelled += batch.labelledCount();
                tokens += batch.tokenCount();
            }
        }
        return tokens == 0 ? 0 : (double) labelled / tokens;
    }

    /** One method at each rate; a single result without scores if none was trained. */
    private List<MethodResult> methods(
            Function<PairedTraining.Result, TrainedMethod> which, String name, Selection selection, StepTime time) {
        if (sameStep.pairs().isEmpty()) {
            var none = BeforeAfter.NOT_MEASURED;
            return List.of(new MethodResult(
                    name,
                    ReportedFigures.trainable(selection),
                    time,
                    ReportedFigures.memory(Map.of()),
                    List.of(),
                    List.of(),
                    new Scores(none, none, none)));
        }
        return sameStep.pairs().stream()
                .map(pair -> method(which.apply(pair), time, pair.before()))
                .toList();
    }

    private List<RatePoint> points(List<MethodResult> methods) {
        if (sameStep.pairs().isEmpty()) {
            double first = options.training().optimizing().learningRate();
            return List.of(RatePoint.of(first, methods.getFirst()));
        }
        return IntStream.range(0, methods.size())
                .mapToObj(i -> RatePoint.of(sameStep.pairs().get(i).learningRate(), methods.get(i)))
                .toList();
    }

    private TrainingArguments at(double learningRate) {
        return options.trainings().stream()
                .filter(training -> training.optimizing().learningRate() == learningRate)
                .findFirst()
                .orElseThrow();
    }

    private static MethodResult method(TrainedMethod trained, StepTime time, EvaluationSuite.Scores before) {
        var losses = new ArrayList<LossPoint>();
        for (var step : trained.steps())
            losses.add(new LossPoint(losses.size() + 1, step.result().loss()));
        var after = trained.scores();
        return new MethodResult(
                trained.name(),
                ReportedFigures.trainable(trained.selection()),
                time,
                ReportedFigures.memory(trained.memory()),
                losses,
                trained.evalLosses(),
                new Scores(
                        new BeforeAfter(before.newTask(), after.newTask()),
                        new BeforeAfter(before.oldKnowledge(), after.oldKnowledge()),
                        new BeforeAfter(before.perplexity(), after.perplexity())));
    }

    private static String version() {
        return Optional.ofNullable(Results.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    private Comparison.Machine machine() {
        return new Comparison.Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                CpuName.name(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
                device);
    }

    private Comparison.ModelFacts model() {
        var config = subject.folder().config();
        return new Comparison.ModelFacts(
                name(subject.folder().path()),
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
                subject.plan().rows().size(),
                new Comparison.QuizInfo(
                        data.evalFile().map(Results::name).orElse("none"),
                        "exact match",
                        EvaluationSuite.questions(subject.suite().newTask())),
                new Comparison.QuizInfo(
                        options.knowledgeFile().map(Results::name).orElse("none"),
                        "exact match",
                        EvaluationSuite.questions(subject.suite().oldKnowledge())),
                options.heldOutFile().map(Results::name).orElse(""));
    }

    /** The last two parts of a path, because reports should not contain home folders. */
    private static String name(Path path) {
        var absolute = path.toAbsolutePath().normalize();
        int parts = absolute.getNameCount();
        return parts == 0
                ? absolute.toString()
                : absolute.subpath(Math.max(0, parts - 2), parts).toString();
    }

    private Comparison.Settings settings(TrainingArguments arguments) {
        var limits = new ModelLimits(
                subject.folder().config().vocabSize(), subject.folder().config().maxPositions());
        return new Comparison.Settings(
                arguments.optimizing().learningRate(),
                arguments.scheduling().curve().name().toLowerCase(Locale.ROOT),
                subject.plan().totalSteps(),
                arguments.batching().trainBatchSize(),
                arguments.batching().accumulationSteps(),
                arguments.data().maxLength().within(limits),
                arguments.optimizing().weightDecay(),
                arguments.optimizing().maxGradNorm(),
                arguments.running().seed(),
                strategy(arguments.selecting()),
                arguments.selecting().byStrategy()
                                && arguments.selecting().ratios().uniform()
                        ? arguments.selecting().ratios().attention()
                        : Double.NaN,
                arguments.selecting().seed(),
                arguments.selecting().freezeEmbeddings(),
                arguments.selecting().freezeLmHead());
    }

    /** How HFT's matrices were selected. */
    private static String strategy(Selecting selecting) {
        if (selecting.file().isPresent())
            return "selection " + name(selecting.file().get());
        if (!selecting.patterns().isEmpty()) return "train " + String.join(", ", selecting.patterns());
        var strategy = EnumNames.of(selecting.strategy());
        return selecting.ratios().uniform()
                ? strategy
                : strategy + " " + selecting.ratios().text();
    }
}
