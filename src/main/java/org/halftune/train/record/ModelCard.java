package org.halftune.train.record;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionOrigin;
import org.halftune.train.arguments.DataSourceNames;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.input.Rows;
import org.halftune.train.input.TrainingPlan;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code README.md} beside an exported model, as Hugging Face reads it: from what it was trained, on what, how, and what it
 * learnt.
 *
 * @param device what trained it
 * @param saved the type of the weights and their rounding
 * @param finished how the run ended, and which step was exported; losses after that step are another model's
 * @param metrics all rows of {@code metrics.jsonl}
 */
public record ModelCard(
        TrainingPlan plan,
        Selection selection,
        String device,
        String saved,
        Outcome.Finished finished,
        List<ObjectNode> metrics) {
    public static final String FILE = "README.md";

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
                "- " + selection.method(),
                "---",
                "",
                "# " + name,
                "",
                arguments.model().fromScratch()
                        ? "Trained from scratch in the shape of **" + base + "**, with Halftune."
                        : "**" + base + "**, fine-tuned with Halftune: " + method() + ".",
                "",
                table("Data", data()),
                table("What learnt", learnt()),
                table("Settings", settings()),
                losses(),
                table("Made with", versions()),
                "## Use",
                "",
                "```python",
                "from transformers import AutoModelForCausalLM, AutoTokenizer",
                "",
                "model = AutoModelForCausalLM.from_pretrained(\"" + name + "\")",
                "tokenizer = AutoTokenizer.from_pretrained(\"" + name + "\")",
                "```",
                "",
                "`recipe.yaml` holds every flag of the run, `selection.json` what learnt, `metrics.jsonl` its course.",
                "");
    }

    private record Fact(String name, String value) {}

    private String method() {
        return selection.method().equals("fft")
                ? "full fine-tuning"
                : "half fine-tuning ([HFT](https://arxiv.org/abs/2404.18466))";
    }

    private List<Fact> data() {
        var data = plan.arguments().data();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("from", String.join(", ", DataSourceNames.training(data, ModelCard::nameOf))));
        facts.add(new Fact("rows", plan.rows().counted()));
        facts.add(new Fact("tokens of these rows", Amounts.exact(tokens(plan.rows()))));
        facts.add(
                new Fact("tokens of all steps", Amounts.exact(finished.summary().tokens())));
        plan.evalRows().ifPresent(rows -> {
            var names = DataSourceNames.evaluation(data, ModelCard::nameOf);
            facts.add(new Fact("evaluated on", names.isEmpty() ? "rows held out" : String.join(", ", names)));
            facts.add(new Fact("rows evaluated on", rows.counted()));
        });
        return facts;
    }

    private List<Fact> learnt() {
        var count = selection.count();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("method", selection.method()));
        switch (selection.origin()) {
            case SelectionOrigin.Drawn drawn -> {
                var drawing = plan.arguments().selecting();
                facts.add(new Fact(
                        "drawn",
                        EnumNames.of(drawing.strategy()) + ", ratio " + Amounts.number(drawing.ratio()) + ", seed "
                                + drawn.seed() + ", round " + drawn.round()));
            }
            case SelectionOrigin.Listed _ -> facts.add(new Fact("drawn", "no, listed in selection.json"));
            case SelectionOrigin.Everything _ -> {}
        }
        facts.add(new Fact(
                "parameters that learnt",
                Amounts.exact(count.trainable()) + " of " + Amounts.exact(count.total()) + " ("
                        + Amounts.percent(count.share()) + ")"));
        facts.add(new Fact("tensors that learnt", count.matricesTrainable() + " of " + count.matrices()));
        if (count.matricesTrainable() < count.matrices()) {
            facts.add(new Fact("the others", "stay as they were"));
        }
        return facts;
    }

    private List<Fact> settings() {
        var arguments = plan.arguments();
        var batching = arguments.batching();
        var optimizing = arguments.optimizing();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("steps", Amounts.exact(step())));
        finished.exported()
                .ifPresent(best -> facts.add(new Fact(
                        "why these",
                        String.format(
                                Locale.ROOT,
                                "best evaluation loss, %.4f, of a run of %,d steps",
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
                new Fact("rows in a batch", Amounts.exact(batching.trainBatchSize())),
                new Fact("batches in a step", Amounts.exact(batching.accumulationSteps())),
                new Fact("learning rate", Amounts.number(optimizing.learningRate())),
                new Fact("schedule", EnumNames.of(arguments.scheduling().curve())),
                new Fact(
                        "steps of warm-up", Amounts.exact(arguments.scheduling().warmupSteps(plan.totalSteps()))),
                new Fact(
                        "AdamW",
                        "betas " + Amounts.number(optimizing.beta1()) + " and " + Amounts.number(optimizing.beta2())
                                + ", epsilon " + Amounts.number(optimizing.epsilon()) + ", weight decay "
                                + Amounts.number(optimizing.weightDecay())),
                new Fact("gradient clipping", Amounts.number(optimizing.maxGradNorm())),
                new Fact("longest row, tokens", Amounts.exact(plan.longestRow())),
                new Fact("packing", arguments.data().packing() ? "yes" : "no"),
                new Fact("seed", Long.toString(arguments.running().seed())),
                new Fact("saved as", saved)));
        return facts;
    }

    /** Steps that the exported weights have learnt from. */
    private int step() {
        return finished.exported()
                .map(Outcome.Best::step)
                .orElse(finished.summary().step());
    }

    private String losses() {
        var lines = new ArrayList<String>();
        losses("training, mean since the row before", "loss").ifPresent(lines::add);
        losses("evaluation", "eval_loss").ifPresent(lines::add);
        if (lines.isEmpty()) return "";
        return "## Losses, nats a token\n\n| | first (step) | last (step) |\n|---|---|---|\n" + String.join("\n", lines)
                + "\n";
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
                new Fact("Halftune", version.orElse("not a release")),
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

    /** The name alone: where it lay on the machine is nothing for a card. */
    private static String nameOf(Path path) {
        var name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? path.toString() : name.toString();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
