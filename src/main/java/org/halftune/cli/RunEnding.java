package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.record.Outcome;

/** The last lines of {@code train}: how the run ended, where its results are, and what to do next. */
final class RunEnding {
    private RunEnding() {}

    /** @param conversations whether the rows were written by a chat template */
    static List<String> of(Outcome.Finished finished, TrainingArguments arguments, boolean conversations) {
        Path output = arguments.saving().outputFolder();
        var lines = new ArrayList<String>();
        if (finished.early()) {
            int patience = arguments.evaluating().choosing().patience().orElse(0);
            lines.add("stopped early: no better evaluation loss in the last "
                    + (patience == 1 ? "evaluation" : patience + " evaluations"));
        }
        finished.exported()
                .ifPresent(best -> lines.add(String.format(
                        Locale.ROOT, "the best model is exported: step %d, eval loss %.4f", best.step(), best.loss())));
        lines.add("model in " + output + ", report in " + output.resolve("report.html"));
        lines.addAll(NextSteps.of(arguments, conversations));
        return lines;
    }

    static List<String> of(Outcome.Complete complete, TrainingArguments arguments) {
        Path output = arguments.saving().outputFolder();
        return List.of(
                "this run is complete: "
                        + Amounts.counted(complete.step(), "step is", "steps are") + " done, and the model is in "
                        + output
                        + "; nothing was changed",
                "to train on, begin a run with --model_name_or_path " + NextSteps.quoted(output)
                        + " and another --output_dir; to repeat this one, --overwrite_output_dir without"
                        + " --resume_from_checkpoint");
    }

    static String of(Outcome.Stopped stopped, TrainingArguments arguments) {
        if (stopped.checkpoint().isEmpty()) return "stopped before the first step was done; nothing was saved";
        Path checkpoint = stopped.checkpoint().get();
        if (arguments.saving().onlyModel()) {
            return "stopped after step " + stopped.step() + "; its model is in " + checkpoint
                    + ", without optimizer state (--save_only_model), so this run cannot be continued";
        }
        return "stopped after step " + stopped.step() + "; to go on, repeat the command with --resume_from_checkpoint "
                + checkpoint;
    }
}
