package org.halftune.train.record;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.hft.Rounds;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionOrigin;
import org.halftune.hft.Strategy;
import org.halftune.train.arguments.DataSourceNames;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.input.Rows;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingPlan;
import tools.jackson.databind.node.ObjectNode;

/**
 * The model card, {@code README.md} of an exported model, in Hugging Face's format: base model, data, trained parameters, settings,
 * losses.
 *
 * @param stage what a step minimized
 * @param rounds what was trained; several selections if they rotated
 * @param device the device that it was trained on
 * @param saved dtype and rounding of the saved weights
 * @param finished how the run ended, and which step was exported; losses after that step are left out
 * @param metrics all rows of {@code metrics.jsonl}
 */
public record ModelCard(
        TrainingPlan plan,
        Stage stage,
        Rounds rounds,
        String device,
        String saved,
        Outcome.Finished finished,
        List<ObjectNode> metrics) {
    public static final String FILE = "README.md";

    /** Of preference optimization: the share of pairs whose chosen answer has the higher reward, and by how much. */
    private static final List<String> FIGURES = List.of("rewards/accuracies", "rewards/margins");

    private Selection selection() {
        return rounds.first();
    }

    public String text() {
        var arguments = plan.arguments();
        var base = nameOf(arguments.model().path());
        var name = nameOf(arguments.saving().outputFolder());
        return String.join(
                "\n",
                "---",
                "base_model: " + quoted(base),
                "library_name: transformers",
                "pipeline_tag: text-generation",
                "tags:",
                "- halftune",
                "- " + selection().method(),
                "---",
                "",
                "# " + name,
                "",
                arguments.model().fromScratch()
                        ? "Trained from scratch with Halftune, with the configuration of **" + base + "**."
                        : "**" + base + "**, fine-tuned with Halftune: " + method() + ".",
                "",
                table("Data", data()),
                table("Trained parameters", trained()),
                table("Settings", settings()),
                losses(),
                table("Versions", versions()),
                "## Use",
                "",
                use(base, name),
                "",
                "`recipe.yaml` contains all flags of the run, `selection.json` the trained matrices, `metrics.jsonl` the metrics.",
                "");
    }

    private String use(String base, String name) {
        return switch (plan.arguments().saving().export()) {
            case MODEL ->
                String.join(
                        "\n",
                        "```python",
                        "from transformers import AutoModelForCausalLM, AutoTokenizer",
                        "",
                        "model = AutoModelForCausalLM.from_pretrained(\"" + name + "\")",
                        "tokenizer = AutoTokenizer.from_pretrained(\"" + name + "\")",
                        "```");
            case DELTA ->
                String.join(
                        "\n",
                        "This folder is a delta: it has only the tensors that were trained. Put them on the base model:",
                        "",
                        "```",
                        "halftune apply --base " + base + " --delta " + name + " --output_dir MODEL",
                        "```");
        };
    }

    private record Fact(String name, String value) {}

    private String method() {
        return selection().method().equals("fft")
                ? "full fine-tuning"
                : "half fine-tuning ([HFT](https://arxiv.org/abs/2404.18466))";
    }

    private List<Fact> data() {
        var data = plan.arguments().data();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("training data", String.join(", ", DataSourceNames.training(data, ModelCard::nameOf))));
        facts.add(new Fact("training rows", plan.rows().counted()));
        facts.add(new Fact("tokens in these rows", Amounts.exact(tokens(plan.rows()))));
        facts.add(
                new Fact("tokens in all steps", Amounts.exact(finished.summary().tokens())));
        plan.evalRows().ifPresent(rows -> {
            var names = DataSourceNames.evaluation(data, ModelCard::nameOf);
            facts.add(new Fact("evaluation data", names.isEmpty() ? "held-out rows" : String.join(", ", names)));
            facts.add(new Fact("evaluation rows", rows.counted()));
        });
        return facts;
    }

    private List<Fact> trained() {
        // A run that stopped early has begun fewer rounds than planned.
        var count = rounds.count(rounds.learned(finished.summary().step()));
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("method", selection().method()));
        switch (selection().origin()) {
            case SelectionOrigin.Drawn(var strategy, long seed, int round) ->
                facts.add(new Fact("random selection", words(strategy) + ", seed " + seed + ", round " + round));
            case SelectionOrigin.Fixed(var strategy) -> facts.add(new Fact("selection", words(strategy)));
            case SelectionOrigin.LeastImportant(var ratios, var scores) ->
                facts.add(new Fact(
                        "selection",
                        "importance, ratio " + ratios.text() + ", least important to "
                                + Amounts.counted(scores.source().samples(), "row") + " of "
                                + scores.source().file() + ", seed "
                                + scores.source().seed() + ", round "
                                + scores.source().round()));
            case SelectionOrigin.Matched(var patterns) ->
                facts.add(new Fact("selection", "parameters that match " + String.join(", ", patterns)));
            case SelectionOrigin.Listed _ -> facts.add(new Fact("selection", "listed in a file"));
            case SelectionOrigin.Everything _ -> {}
        }
        if (rounds.rotates()) {
            facts.add(new Fact(
                    "rotation",
                    "another selection every " + Amounts.counted(rounds.steps(), "step") + ", "
                            + Amounts.counted(rounds.number(finished.summary().step() - 1) + 1L, "round")
                            + " from the one above"));
        }
        facts.add(new Fact(
                "trained parameters",
                Amounts.exact(count.trainable()) + " of " + Amounts.exact(count.total()) + " ("
                        + Amounts.percent(count.share()) + ")"));
        facts.add(new Fact(
                "trained tensors",
                Amounts.exact(count.matricesTrainable()) + " of " + Amounts.exact(count.matrices())));
        if (count.matricesTrainable() < count.matrices()) {
            facts.add(new Fact("other tensors", "unchanged, bit for bit"));
        }
        return facts;
    }

    private static String words(Strategy strategy) {
        return strategy.key() + ", ratio " + strategy.ratios().text();
    }

    private List<Fact> settings() {
        var arguments = plan.arguments();
        var batching = arguments.batching();
        var optimizing = arguments.optimizing();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("steps", Amounts.exact(step())));
        finished.exported()
                .ifPresent(best -> facts.add(new Fact(
                        "exported checkpoint",
                        String.format(
                                Locale.ROOT,
                                "the one with the best evaluation loss, %.4f, of a run of %,d steps",
                                best.loss(),
                                finished.summary().step()))));
        if (finished.early()) {
            facts.add(new Fact(
                    "early stopping",
                    "after " + Amounts.exact(finished.summary().step()) + " of " + Amounts.exact(plan.totalSteps())
                            + " planned steps"));
        }
        facts.addAll(List.of(
                new Fact("epochs", String.format(Locale.ROOT, "%.2f", plan.epochAfter(step()))),
                new Fact("rows per batch", Amounts.exact(batching.trainBatchSize())),
                new Fact("batches per step", Amounts.exact(batching.accumulationSteps())),
                new Fact("learning rate", Amounts.number(optimizing.learningRate())),
                new Fact("schedule", EnumNames.of(arguments.scheduling().curve())),
                new Fact("warmup steps", Amounts.exact(arguments.scheduling().warmupSteps(plan.totalSteps()))),
                new Fact(
                        "AdamW",
                        "betas " + Amounts.number(optimizing.beta1()) + " and " + Amounts.number(optimizing.beta2())
                                + ", epsilon " + Amounts.number(optimizing.epsilon()) + ", weight decay "
                                + Amounts.number(optimizing.weightDecay())),
                new Fact("gradient clipping", Amounts.number(optimizing.maxGradNorm())),
                new Fact("tokens of the longest row", Amounts.exact(plan.longestRow())),
                new Fact("packing", arguments.data().packing() ? "yes" : "no"),
                new Fact("seed", Long.toString(arguments.running().seed())),
                new Fact("saved as", saved)));
        stage.settings().forEach((flag, value) -> facts.add(new Fact(flag, value)));
        return facts;
    }

    /** The step of the exported weights. */
    private int step() {
        return finished.exported()
                .map(Outcome.Best::step)
                .orElse(finished.summary().step());
    }

    private String losses() {
        var lines = new ArrayList<String>();
        losses("training, mean over a logging interval", "loss").ifPresent(lines::add);
        losses("evaluation", "eval_loss").ifPresent(lines::add);
        if (lines.isEmpty()) return "";
        for (String figure : FIGURES) {
            losses("training, " + figure, figure).ifPresent(lines::add);
            losses("evaluation, " + figure, "eval_" + figure).ifPresent(lines::add);
        }
        return "## Loss, " + (stage.isCrossEntropy() ? "nats per token" : "mean of the pairs")
                + "\n\n| | first (step) | last (step) |\n|---|---|---|\n" + String.join("\n", lines) + "\n";
    }

    private Optional<String> losses(String what, String field) {
        var rows = metrics.stream()
                .filter(row -> row.has(field) && row.path("step").asInt() <= step())
                .toList();
        if (rows.isEmpty()) return Optional.empty();
        return Optional.of(
                "| " + what + " | " + loss(rows.getFirst(), field) + " | " + loss(rows.getLast(), field) + " |");
    }

    private static String loss(ObjectNode row, String field) {
        return String.format(
                Locale.ROOT,
                "%.4f (%d)",
                row.get(field).asDouble(),
                row.get("step").asInt());
    }

    private List<Fact> versions() {
        var version = Optional.ofNullable(ModelCard.class.getPackage().getImplementationVersion());
        return List.of(
                new Fact("Halftune", version.orElse("development version")),
                new Fact("Java", Runtime.version().toString()),
                new Fact("device", device));
    }

    private static String table(String title, List<Fact> facts) {
        return facts.stream()
                .map(fact -> "| " + fact.name() + " | " + fact.value().replace("|", "\\|") + " |")
                .collect(Collectors.joining("\n", "## " + title + "\n\n| | |\n|---|---|\n", "\n"));
    }

    private static long tokens(Rows rows) {
        long tokens = 0;
        for (int row = 0; row < rows.size(); row++) tokens += rows.tokens(row);
        return tokens;
    }

    /** Only the name: a model card should not contain paths of the machine. */
    private static String nameOf(Path path) {
        var name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? path.toString() : name.toString();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
