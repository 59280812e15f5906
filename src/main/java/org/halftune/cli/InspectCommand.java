package org.halftune.cli;

import java.nio.file.Path;
import java.util.List;
import org.halftune.console.Terminal;
import org.halftune.pretrained.Inspection;
import org.jspecify.annotations.Nullable;

/** {@code halftune inspect}: lists the contents of a model folder. */
final class InspectCommand implements Command {
    private @Nullable Path model;

    @Override
    public String name() {
        return "inspect";
    }

    @Override
    public String summary() {
        return "list the tensors, shapes, dtypes and parameter counts of a model folder";
    }

    @Override
    public String positional() {
        return "model_name_or_path";
    }

    @Override
    public List<FlagGroup> flags() {
        return List.of(FlagGroup.of(
                "What",
                Flag.path(
                        "model_name_or_path", "FOLDER", v -> model = v, "Llama model folder in Hugging Face format")));
    }

    @Override
    public int run(Terminal terminal) {
        var folder = Required.path(model, "model_name_or_path", "name a model folder: halftune inspect FOLDER");
        terminal.out().print(Inspection.render(folder));
        return 0;
    }
}
