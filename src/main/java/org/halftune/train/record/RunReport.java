package org.halftune.train.record;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.files.AtomicFile;
import org.halftune.hft.Selection;
import org.halftune.model.ParameterRole;
import org.halftune.problem.InputError;
import org.halftune.report.Figures;
import org.halftune.report.TrainingReport;
import org.halftune.report.TrainingReport.Evaluation;
import org.halftune.report.TrainingReport.Kind;
import org.halftune.report.TrainingReport.Progress;
import org.halftune.report.TrainingReport.Setting;
import org.halftune.report.TrainingReport.SettingsSection;
import org.halftune.report.TrainingReport.State;
import org.halftune.report.TrainingReport.Step;
import org.halftune.report.html.TrainingPage;
import org.halftune.session.StepResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code report.html} of a training. Written at every checkpoint and when the run ends or fails. */
public final class RunReport implements TrainingListener {
    public static final String FILE = "report.html";

    /** Figures of preference optimization begin with it, after {@code eval_} in evaluations. */
    private static final String REWARD = "rewards/";

    private final Path file;
    private final List<Step> steps = new ArrayList<>();
    private final List<Evaluation> evaluations = new ArrayList<>();
    private final Map<String, Setting> rewards = new LinkedHashMap<>();
    private @Nullable RunHeader header;
    private int done;

    /** @param history the metrics rows before a resume */
    public RunReport(Path output, List<ObjectNode> history) {
        file = output.resolve(FILE);
        history.forEach(this::add);
    }

    @Override
    public void begins(RunHeader begun) {
        header = begun;
        done = begun.stepsDone();
    }

    @Override
    public void stepped(int step, int totalSteps, StepResult result) {
        done = step;
    }

    @Override
    public void logged(MetricsRow row) {
        add(row.toJson());
    }

    private void add(ObjectNode row) {
        int step = row.path("step").asInt(0);
        for (String name : row.propertyNames()) {
            if (name.contains(REWARD)) rewards.put(name, new Setting(name, Figures.significant(real(row, name))));
        }
        if (row.has("eval_loss")) evaluations.add(new Evaluation(step, real(row, "eval_loss")));
        if (!row.has("loss")) return;
        steps.add(new Step(
                step,
                real(row, "loss"),
                real(row, "grad_norm"),
                real(row, "learning_rate"),
                real(row, "tokens_per_second")));
    }

    private static double real(ObjectNode row, String key) {
        return row.path(key).asDouble(Double.NaN);
    }

    @Override
    public void saved(Path checkpoint) {
        write(State.RUNNING, "The last checkpoint is " + checkpoint.getFileName() + ".");
    }

    public void ended(Outcome outcome) {
        switch (outcome) {
            case Outcome.Finished finished -> write(State.DONE, words(finished));
            case Outcome.Stopped stopped ->
                write(
                        State.STOPPED,
                        stopped.checkpoint()
                                .map(folder -> "Stopped; the checkpoint is " + folder.getFileName() + ".")
                                .orElse("Stopped; nothing was saved."));
            case Outcome.Complete _ -> {}
        }
    }

    private static String words(Outcome.Finished finished) {
        return (finished.early() ? "Stopped early: the evaluation loss did not improve. " : "")
                + finished.exported()
                        .map(best -> "The exported model is the best checkpoint, of step " + best.step() + ".")
                        .orElse("");
    }

    public void failed(Throwable failure) {
        String words = switch (failure) {
            case TrainingFailure training -> training.what() + "; " + training.fix();
            case InputError input -> input.what() + "; " + input.fix();
            default -> failure.toString();
        };
        write(State.FAILED, words);
    }

    private void write(State state, String words) {
        if (header == null) return;
        var plan = header.plan();
        var report = new TrainingReport(
                title(file),
                summary(header),
                Instant.now(),
                Optional.ofNullable(RunReport.class.getPackage().getImplementationVersion())
                        .orElse("development"),
                new Progress(state, done, plan.totalSteps(), words),
                header.stage().isCrossEntropy() ? "Loss in nats per token" : "Loss, mean of the pairs",
                steps,
                evaluations,
                ReportedFigures.trainable(header.selection()),
                kinds(header.selection()),
                ReportedFigures.memory(header.memory()),
                settings(header));
        AtomicFile.write(file, TrainingPage.render(report));
    }

    private List<SettingsSection> settings(RunHeader of) {
        var sections = new ArrayList<>(RunSettings.of(of));
        if (!rewards.isEmpty())
            sections.add(new SettingsSection("Rewards, last logged", List.copyOf(rewards.values())));
        return sections;
    }

    private static String title(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return folder == null || folder.getFileName() == null
                ? "Training"
                : folder.getFileName().toString();
    }

    private static String summary(RunHeader header) {
        var selection = header.selection();
        String method = selection.method().equals("fft") ? "Full fine-tuning (FFT)" : "Half fine-tuning (HFT)";
        return method + " of " + header.model().toAbsolutePath().normalize().getFileName() + " on "
                + header.plan().rows().counted() + "."
                + (header.rounds().rotates()
                        ? " The selection rotates: " + RoundsText.summary(header.rounds())
                                + ". The figures of the selection are those of the first round."
                        : "");
    }

    private static List<Kind> kinds(Selection selection) {
        var kinds = new ArrayList<Kind>();
        for (var role : ParameterRole.values()) {
            if (!role.inLayer()) continue;
            var learns = selection.specs().stream()
                    .filter(spec -> spec.role() == role)
                    .map(spec -> selection.trains(spec.name()))
                    .toList();
            kinds.add(new Kind(name(role), learns));
        }
        return kinds;
    }

    private static String name(ParameterRole role) {
        return switch (role) {
            case INPUT_NORM -> "input norm";
            case POST_ATTENTION_NORM -> "second norm";
            default -> role.parameterName(0).replaceAll(".*\\.([a-z_]+)\\.weight", "$1");
        };
    }
}
