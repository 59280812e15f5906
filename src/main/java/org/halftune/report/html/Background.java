package org.halftune.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.report.Comparison;
import org.halftune.report.Figures;
import org.halftune.report.HftSaving;
import org.halftune.report.LearningRates;

/** The report's sections about settings, method of measurement and terms. */
final class Background {
    private static final String PAPER = "https://arxiv.org/abs/2404.18466";

    private Background() {}

    static List<Element> of(Comparison comparison) {
        return List.of(compared(comparison), measured(comparison), words(), footer(comparison));
    }

    private static Element compared(Comparison comparison) {
        var section = Element.of("section").add(Element.of("h2").text("What was compared"));
        return section.add(Element.of("div", "class", "facts")
                .add(
                        facts("Model", model(comparison.model())),
                        facts("Task", task(comparison.task())),
                        facts("Training", training(comparison.settings(), comparison.rates())),
                        facts("Half fine-tuning", half(comparison.settings())),
                        facts("Machine", machine(comparison.machine()))));
    }

    private record Fact(String name, String value) {}

    private static Element facts(String title, List<Fact> facts) {
        var list = Element.of("dl");
        for (var fact : facts) {
            if (fact.value().isBlank()) continue;
            list.add(Element.of("dt").text(fact.name()), Element.of("dd").text(fact.value()));
        }
        return Element.of("div").add(Element.of("h3").text(title), list);
    }

    private static List<Fact> model(Comparison.ModelFacts model) {
        return List.of(
                new Fact("name", model.name()),
                new Fact("parameters", Figures.count(model.parameters())),
                new Fact("layers", model.layers() + ""),
                new Fact("hidden, feed-forward", model.hidden() + ", " + model.intermediate()),
                new Fact("heads", model.heads() + " (" + model.keyValueHeads() + " for keys and values)"),
                new Fact("vocabulary", model.vocabulary() + (model.tiedHead() ? ", tied output head" : "")),
                new Fact("stored as", model.dtype()));
    }

    private static List<Fact> task(Comparison.Task task) {
        return List.of(
                new Fact("name", task.name()),
                new Fact("training rows", Amounts.exact(task.trainRows()) + " in " + task.trainFile()),
                new Fact("test rows", task.evalFile()),
                new Fact("new task", quiz(task.newTask())),
                new Fact("old knowledge", quiz(task.oldKnowledge())),
                new Fact("held-out text", task.heldOutText()));
    }

    private static String quiz(Comparison.QuizInfo quiz) {
        return quiz.questions() < 1
                ? ""
                : Amounts.counted(quiz.questions(), "question") + (quiz.metric().isBlank() ? "" : ", " + quiz.metric());
    }

    private static List<Fact> training(Comparison.Settings settings, LearningRates rates) {
        return List.of(
                new Fact("max_steps", settings.maxSteps() + ""),
                new Fact("per_device_train_batch_size", settings.perDeviceTrainBatchSize() + ""),
                new Fact("gradient_accumulation_steps", settings.gradientAccumulationSteps() + ""),
                new Fact("learning_rate", learningRates(rates)),
                new Fact("lr_scheduler_type", settings.lrSchedulerType()),
                new Fact("weight_decay", Figures.setting(settings.weightDecay())),
                new Fact("max_grad_norm", Figures.setting(settings.maxGradNorm())),
                new Fact("max_length", settings.maxLength() + ""),
                new Fact("seed", settings.seed() + ""));
    }

    private static String learningRates(LearningRates rates) {
        return rates.fft().stream()
                .map(point -> Figures.learningRate(point.learningRate()))
                .collect(Collectors.joining(", "));
    }

    private static List<Fact> half(Comparison.Settings settings) {
        var facts = new ArrayList<Fact>();
        facts.add(new Fact("hft_strategy", settings.hftStrategy()));
        if (!Double.isNaN(settings.hftRatio())) facts.add(new Fact("hft_ratio", Figures.setting(settings.hftRatio())));
        facts.add(new Fact("hft_seed", settings.hftSeed() + ""));
        facts.add(new Fact("freeze_embeddings", settings.freezeEmbeddings() + ""));
        facts.add(new Fact("freeze_lm_head", settings.freezeLmHead() + ""));
        return facts;
    }

    private static List<Fact> machine(Comparison.Machine machine) {
        return List.of(
                new Fact("CPU", machine.cpu()),
                new Fact("cores", machine.cores() + ""),
                new Fact("system", machine.os()),
                new Fact("Java", machine.java()),
                new Fact("backend", machine.backend()));
    }

    private static Element measured(Comparison comparison) {
        var rates = comparison.rates();
        int full = comparison.fft().time().measuredSteps();
        int half = comparison.hft().time().measuredSteps();
        String steps = full == half
                ? Amounts.counted(full, "step") + " of each method"
                : Amounts.counted(full, "step") + " of FFT and " + Amounts.exact(half) + " of HFT";
        var prose = Element.of("section", "class", "prose").add(Element.of("h2").text("How it was measured"));
        if (comparison.hasSameStep()) {
            prose.add(
                    paragraph(
                            "Both methods run the same code in one process and alternate step by step, so that changes in the"
                                    + " machine’s speed affect both. Times are wall-clock medians of " + steps
                                    + ", with the 10th and 90th percentile. Tokens do not include padding. The parts of a step are"
                                    + " timed on the device."),
                    paragraph(
                            "Memory is what the allocator held for training, by category, without the Java program itself. Scores"
                                    + " are fractions of questions answered correctly. Two scores are called different only if the"
                                    + " difference is significant at the 95 % level."),
                    paragraph(learning(rates)),
                    paragraph(prediction(comparison.saving().predicted())));
        }
        rates.leftOut().ifPresent(words -> prose.add(paragraph(words)));
        comparison.equalMemory().ifPresent(equal -> prose.add(paragraph(equal.note())));
        return prose.add(paragraph(
                "These are results of one seed and one task. Repeat the comparison with other seeds before you rely on"
                        + " a difference in scores."));
    }

    private static Element paragraph(String words) {
        return Element.of("p").text(words);
    }

    private static String learning(LearningRates rates) {
        if (!rates.several()) {
            return "Both methods were trained at one learning rate. At one rate they learn different amounts, and the knowledge"
                    + " kept depends on that. Use several rates (--learning_rate 2e-4,4e-4) to compare at equal learning.";
        }
        return "Each learning rate starts from the base model. A method’s front consists of the rates that no other rate of"
                + " the method beats in both learned and kept. It is interpolated linearly, and not extrapolated."
                + best(rates.measure()) + " Detailed losses, scores and parameters are those of learning rate "
                + Figures.learningRate(rates.shown())
                + (rates.measure() == LearningRates.Merit.NOTHING ? "" : ", the best for both methods together")
                + ". Step times are from all rates, because they do not depend on the rate.";
    }

    private static String best(LearningRates.Merit measure) {
        return switch (measure) {
            case LEARNED_AND_KEPT -> " The best rate has the highest mean of learned and kept.";
            case LEARNED -> " The best rate has the highest score on the new task.";
            case TEST_LOSS -> " The best rate has the lowest loss on test rows.";
            case NOTHING -> " The new task was not scored (no --eval_file), so no rate is the best.";
        };
    }

    private static String prediction(HftSaving.Predicted predicted) {
        String share = Double.isNaN(predicted.weightGradientShare())
                ? ""
                : " HFT computes " + Figures.percent(predicted.weightGradientShare()) + " of FFT’s weight gradients.";
        return "Predictions are computed from counts." + share
                + (predicted.how().isBlank() ? "" : " " + predicted.how());
    }

    private static Element words() {
        var words = new ArrayList<Fact>();
        words.add(
                new Fact(
                        "Full fine-tuning (FFT)",
                        "All parameters are trained. Each needs a gradient and AdamW’s two moments in addition to the weight."));
        words.add(new Fact(
                "Half fine-tuning (HFT)",
                "In each round half of the matrices are trained (or another fraction: hft_ratio), by default selected "
                        + "at random. The others are not changed, bit for bit."));
        words.add(new Fact(
                "Weight gradient",
                "The matrix product that computes the gradient of a matrix, about a third of the work of a step. HFT does not "
                        + "compute it for frozen matrices."));
        words.add(new Fact(
                "Optimizer",
                "AdamW updates each trained weight from its gradient and two moments. Frozen parameters have no gradients and "
                        + "no moments."));
        words.add(new Fact(
                "Old knowledge, forgotten",
                "Questions that the base model can answer, asked again after training on a new task. Forgotten is the score "
                        + "before minus the score after, in percentage points."));
        words.add(new Fact(
                "Perplexity",
                "The exponential of the mean loss per token on text that was not trained on. Lower is better; an increase "
                        + "after training is another sign of forgetting."));
        var list = Element.of("dl", "class", "words");
        for (var word : words) {
            list.add(Element.of("div")
                    .add(Element.of("dt").text(word.name()), Element.of("dd").text(word.value())));
        }
        return Element.of("section").add(Element.of("h2").text("Terms"), list);
    }

    private static Element footer(Comparison comparison) {
        return Element.of("footer")
                .add(Element.of("p")
                        .text("Made by Halftune " + comparison.programVersion() + ". Method: ")
                        .add(Element.of("a", "href", PAPER)
                                .text("HFT: Half Fine-Tuning for Large Language Models, arXiv 2404.18466"))
                        .text(" (ACL 2025). comparison.json in the same folder contains these numbers."));
    }
}
