package org.halftune.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.report.Comparison;
import org.halftune.report.Figures;
import org.halftune.report.HftSaving;
import org.halftune.report.LearningRates;

/** What was compared, how it was measured, and what the words mean: what a reader needs to trust or doubt the figures. */
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
                new Fact("vocabulary", model.vocabulary() + (model.tiedHead() ? ", head tied to it" : "")),
                new Fact("stored as", model.dtype()));
    }

    private static List<Fact> task(Comparison.Task task) {
        return List.of(
                new Fact("name", task.name()),
                new Fact("training rows", task.trainRows() + " in " + task.trainFile()),
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
        return List.of(
                new Fact("hft_strategy", settings.hftStrategy()),
                new Fact("hft_ratio", Figures.setting(settings.hftRatio())),
                new Fact("hft_seed", settings.hftSeed() + ""),
                new Fact("freeze_embeddings", settings.freezeEmbeddings() + ""),
                new Fact("freeze_lm_head", settings.freezeLmHead() + ""));
    }

    private static List<Fact> machine(Comparison.Machine machine) {
        return List.of(
                new Fact("processor", machine.cpu()),
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
                            "Both methods run the same code in one process and take their steps in turn, so that a change in"
                                    + " the machine’s speed meets both alike. Times are wall clock: medians of " + steps
                                    + ", with the 10th and 90th percentile as range. Tokens are counted without padding. The parts of"
                                    + " a step are timed where they run."),
                    paragraph(
                            "Memory is what the allocator handed out for training, by category; it does not hold the Java"
                                    + " program itself. Scores are shares of questions answered rightly. Two shares are called"
                                    + " different only where chance alone would seldom (1 time in 20) make them so."),
                    paragraph(learning(rates)),
                    paragraph(prediction(comparison.saving().predicted())));
        }
        rates.leftOut().ifPresent(words -> prose.add(paragraph(words)));
        comparison.equalMemory().ifPresent(equal -> prose.add(paragraph(equal.note())));
        return prose.add(
                paragraph("One seed and one task show what happened here, not what will happen everywhere: repeat with"
                        + " other seeds before you rely on a difference of scores."));
    }

    private static Element paragraph(String words) {
        return Element.of("p").text(words);
    }

    private static String learning(LearningRates rates) {
        if (!rates.several()) {
            return "Both trained at one learning rate. At one rate they learn different amounts, and what is kept depends on"
                    + " that: compare at several (--learning_rate 2e-4,4e-4) to see what is kept at equal learning.";
        }
        return "Each learning rate starts from the base. A method’s front are the rates that no other of its rates beats in"
                + " both learned and kept; between them it is interpolated on a straight line, beyond them nothing is said."
                + best(rates.measure()) + " Losses, scores and parameters in detail are"
                + " of learning rate " + Figures.learningRate(rates.shown())
                + (rates.measure() == LearningRates.Merit.NOTHING ? "" : ", at which both methods together are best")
                + "; step times are of all rates, on which they do not depend.";
    }

    private static String best(LearningRates.Merit measure) {
        return switch (measure) {
            case LEARNED_AND_KEPT -> " The best rate has the highest mean of learned and kept.";
            case LEARNED -> " At the best rate the most is learned.";
            case TEST_LOSS -> " The best rate has the lowest loss on test rows.";
            case NOTHING -> " Learning was not scored (--eval_file), so no rate is called best.";
        };
    }

    private static String prediction(HftSaving.Predicted predicted) {
        String share = Double.isNaN(predicted.weightGradientShare())
                ? ""
                : " HFT computes " + Figures.percent(predicted.weightGradientShare()) + " of FFT’s weight gradients.";
        return "The predictions are arithmetic." + share + (predicted.how().isBlank() ? "" : " " + predicted.how());
    }

    private static Element words() {
        var words = new ArrayList<Fact>();
        words.add(
                new Fact(
                        "Full fine-tuning (FFT)",
                        "Every parameter learns. Each needs a gradient and two running means in Adam, beside the weight itself."));
        words.add(new Fact(
                "Half fine-tuning (HFT)",
                "In each round half of the parameter matrices learn (or another share: hft_ratio); the rest stay bit for bit as "
                        + "they are. Which ones learn is drawn at random."));
        words.add(new Fact(
                "Weight gradient",
                "The product that says how a matrix should change: about a third of the work of a step. A frozen matrix does not "
                        + "need it, and HFT does not compute it."));
        words.add(new Fact(
                "Optimizer",
                "AdamW: reads gradient and running means of each parameter that learns, and moves the weight. Frozen parameters "
                        + "have neither."));
        words.add(new Fact(
                "Old knowledge, points forgotten",
                "Questions about what the base model knew, asked again after training on something else. Forgotten is the "
                        + "score before minus the score after, in percentage points."));
        words.add(new Fact(
                "Perplexity",
                "How many tokens the model hesitates between, on average, in text it has not seen. Lower is better; growth "
                        + "after training is another sign of forgetting."));
        var list = Element.of("dl", "class", "words");
        for (var word : words) {
            list.add(Element.of("div")
                    .add(Element.of("dt").text(word.name()), Element.of("dd").text(word.value())));
        }
        return Element.of("section").add(Element.of("h2").text("What the words mean"), list);
    }

    private static Element footer(Comparison comparison) {
        return Element.of("footer")
                .add(Element.of("p")
                        .text("Made by Halftune " + comparison.programVersion() + ". Method: ")
                        .add(Element.of("a", "href", PAPER)
                                .text("HFT: Half Fine-Tuning for Large Language Models, arXiv 2404.18466"))
                        .text(" (ACL 2025). The same figures as data: comparison.json, beside this file."));
    }
}
