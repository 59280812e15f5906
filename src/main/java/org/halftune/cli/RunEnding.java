package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.record.Outcome;

/** The last lines of {@code train}: how the run ended, where the results are, and what to try next. */
final class RunEnding {
    private RunEnding() {}

    /**
     * @param conversations whether the rows were conversations
     * @param comparable whether halftune compare trains on such rows
     */
    static List<String> of(
            Outcome.Finished finished, TrainingArguments arguments, boolean conversations, boolean comparable) {
        Path output = arguments.saving().outputFolder();
        var lines = new ArrayList<String>();
        if (finished.early()) {
            int patience = arguments.evaluating().bestModel().patience().orElse(0);
            lines.add("stopped early: the evaluation loss did not improve in the last "
                    + (patience == 1 ? "evaluation" : Amounts.exact(patience) + " evaluations"));
        }
        finished.exported()
                .ifPresent(best -> lines.add(String.format(
                        Locale.ROOT, "exported the best model: step %,d, eval loss %.4f", best.step(), best.loss())));
        lines.add(what(arguments) + ": " + output + ", report: " + output.resolve("report.html"));
        lines.addAll(NextSteps.of(arguments, conversations, comparable));
        return lines;
    }

    static List<String> of(Outcome.Complete complete, TrainingArguments arguments) {
        Path output = arguments.saving().outputFolder();
        return List.of(
                "this run is already complete: it has done " + Amounts.counted(complete.step(), "step") + ", and the "
                        + what(arguments) + " is in " + output + "; nothing was changed",
                "to train further, start a new run with --model_name_or_path " + NextSteps.quoted(output)
                        + " and another --output_dir; to repeat this run, use --overwrite_output_dir without"
                        + " --resume_from_checkpoint");
    }

    private static String what(TrainingArguments arguments) {
        return arguments.saving().export().name().toLowerCase(Locale.ROOT);
    }

    static String of(Outcome.Stopped stopped, TrainingArguments arguments) {
        if (stopped.checkpoint().isEmpty()) return "stopped before the end of the first step; nothing was saved";
        Path checkpoint = stopped.checkpoint().get();
        if (arguments.saving().onlyModel()) {
            return "stopped after step " + stopped.step() + "; the model is in " + checkpoint
                    + ". This run cannot be resumed, because --save_only_model writes no optimizer state";
        }
        return "stopped after step " + stopped.step()
                + "; to continue, repeat the command with --resume_from_checkpoint " + checkpoint;
    }
}
