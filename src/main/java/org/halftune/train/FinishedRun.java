package org.halftune.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.halftune.files.FileProblem;
import org.halftune.files.StrictJson;
import org.halftune.pretrained.ConfigFile;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.train.checkpoint.RunFingerprint;
import org.halftune.train.checkpoint.TrainerState;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.record.MetricsLog;
import org.halftune.train.record.MetricsRow;

/** Checks whether the run in an output folder is already complete, so that resuming it changes nothing. */
final class FinishedRun {
    private FinishedRun() {}

    /**
     * Whether the run is complete: the checkpoint is of the last step, the last row of the metrics is that step's summary, and the
     * model is exported with the requested dtypes.
     *
     * @param state of a checkpoint with the same {@link RunFingerprint}
     * @param exported whether the output folder has the export
     */
    static boolean isComplete(Path output, TrainerState state, TrainingPlan plan, BooleanSupplier exported) {
        var bestModel = plan.arguments().evaluating().bestModel();
        boolean over = state.step() == plan.totalSteps() || state.best().exhausted(bestModel);
        return over && endsWithSummary(output.resolve(MetricsLog.FILE), state.step()) && exported.getAsBoolean();
    }

    /** Whether all tensors exist with the dtypes that would be written. */
    static boolean holds(Path output, ModelFolderWriter writer) {
        if (!Files.isRegularFile(output.resolve(ConfigFile.NAME))) return false;
        try (var model = PretrainedFolder.open(output)) {
            return writer.tensors().stream()
                    .allMatch(tensor -> model.tensor(tensor.name()).dtype() == tensor.dtype());
        } catch (InputError e) {
            return false; // Damaged, or another model: export again.
        }
    }

    private static boolean endsWithSummary(Path metrics, int step) {
        if (!Files.isRegularFile(metrics)) return false;
        List<String> lines;
        try {
            lines = Files.readAllLines(metrics, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw FileProblem.reading(metrics, e);
        }
        if (lines.isEmpty() || !lines.getLast().contains(MetricsRow.Summary.LOSS)) return false;
        var row = StrictJson.parse(lines.getLast().getBytes(StandardCharsets.UTF_8), metrics.toString());
        return row.has(MetricsRow.Summary.LOSS) && row.path("step").asInt(-1) == step;
    }
}
