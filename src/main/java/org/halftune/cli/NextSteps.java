package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.halftune.continual.ContinualOptions;
import org.halftune.continual.ContinualOutcome;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Export;

/** Up to three commands to try after a training, ready to copy into a shell. */
final class NextSteps {
    private NextSteps() {}

    /** @param conversations whether the rows were conversations */
    static List<String> of(TrainingArguments arguments, boolean conversations, boolean comparable) {
        String output = quoted(arguments.saving().outputFolder());
        if (arguments.saving().export() == Export.DELTA) {
            return List.of("try     halftune apply --base "
                    + quoted(arguments.model().path()) + " --delta " + output + " --output_dir MODEL");
        }
        var lines = new ArrayList<String>();
        lines.add("try     halftune generate " + output + (conversations ? " --chat" : " --prompt \"...\""));
        var data = arguments.data();
        if (!data.evalFiles().isEmpty()) {
            lines.add("        halftune eval " + output + " --eval_file "
                    + data.evalFiles().stream().map(NextSteps::quoted).collect(Collectors.joining(" ")));
        } else if (!data.trainFiles().isEmpty() && comparable) {
            lines.add("        halftune compare --model_name_or_path "
                    + quoted(arguments.model().path()) + " --train_file "
                    + quoted(data.trainFiles().getFirst()));
        }
        if (arguments.running().reporting().tensorBoard()) {
            String folder = arguments
                    .running()
                    .reporting()
                    .folder()
                    .map(NextSteps::quoted)
                    .orElse(quoted(arguments.saving().outputFolder().resolve("runs")));
            lines.add("        tensorboard --logdir " + folder);
        }
        return lines;
    }

    /** Where the results of a continual training are, and what to try. */
    static List<String> of(ContinualOutcome.Finished finished, ContinualOptions options) {
        Path output = options.output();
        Path model = output.resolve("model");
        return List.of(
                "model   " + model + ", " + finished.saved(),
                "scores  " + output.resolve("continual.json") + ", report: " + output.resolve("report.html"),
                "try     halftune generate " + quoted(model) + " --prompt \"...\"",
                "        halftune eval " + quoted(model) + " --eval_file "
                        + quoted(options.rounds().getFirst().task().testFile()));
    }

    /** Quoted for a POSIX shell. */
    static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[\\w@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
