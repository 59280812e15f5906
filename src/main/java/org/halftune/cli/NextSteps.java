package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.data.Row;
import org.halftune.data.RowReader;
import org.halftune.problem.InputError;
import org.halftune.train.TrainingArguments;

/** Commands to try after a training, ready to be copied into a shell: at most three. */
final class NextSteps {
    private NextSteps() {}

    static List<String> of(TrainingArguments arguments) {
        String output = quoted(arguments.saving().outputFolder());
        var lines = new ArrayList<String>();
        boolean chat = beginsWithConversation(arguments.data().trainFiles().getFirst());
        lines.add("try     halftune generate " + output + (chat ? " --chat" : "") + " --prompt \"...\"");
        lines.add(arguments
                .data()
                .evalFile()
                .map(file -> "        halftune eval " + output + " --eval_file " + quoted(file))
                .orElse("        halftune compare --model_name_or_path "
                        + quoted(arguments.model().path()) + " --train_file "
                        + quoted(arguments.data().trainFiles().getFirst())));
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

    /** Whether the first row is a conversation; a file that is gone by now is none. */
    private static boolean beginsWithConversation(Path file) {
        try (var reader = RowReader.open(file)) {
            var first = reader.next();
            return first != null && (first.row() instanceof Row.Messages || first.row() instanceof Row.ChatCompletion);
        } catch (InputError e) {
            return false;
        }
    }

    /** For a POSIX shell. */
    static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[\\w@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
