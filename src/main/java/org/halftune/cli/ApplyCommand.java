package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import org.halftune.console.Amounts;
import org.halftune.console.Terminal;
import org.halftune.delta.DeltaApplication;
import org.halftune.pretrained.OutputFolder;
import org.jspecify.annotations.Nullable;

/** {@code halftune apply}: puts a delta on its base. */
final class ApplyCommand implements Command {
    private @Nullable Path base;
    private @Nullable Path delta;
    private @Nullable Path outputDir;

    @Override
    public String name() {
        return "apply";
    }

    @Override
    public String summary() {
        return "put a delta of train --export delta on its base";
    }

    @Override
    public String notes() {
        return """
                The result is the model that train would have written without --export delta, bit for bit. Another base than the
                training's is refused. Example:
                  halftune apply --base llama --delta out --output_dir tuned
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        return List.of(FlagGroup.of(
                "What",
                Flag.path("base", "FOLDER", v -> base = v, "the model that the training started from"),
                Flag.path("delta", "FOLDER", v -> delta = v, "--output_dir of the training"),
                Flag.path("output_dir", "FOLDER", v -> outputDir = v, "folder for the resulting model")));
    }

    @Override
    public int run(Terminal terminal) {
        var from = Required.path(base, "base", "name the model that the training started from");
        var changes = Required.path(delta, "delta", "name the --output_dir of a training with --export delta");
        var output = Required.path(outputDir, "output_dir", "name a folder for the resulting model");
        try (var application = DeltaApplication.open(from, changes)) {
            OutputFolder.check(output, application.bytes());
            application.notices().forEach(terminal.out()::println);
            application.write(output);
            terminal.out()
                    .println("wrote " + output + ": " + Amounts.counted(application.changedTensors(), "tensor")
                            + " of the delta on " + from + ", " + Amounts.bytes(application.bytes()));
        }
        return 0;
    }
}
