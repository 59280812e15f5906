package org.halftune.cli;

import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.console.Terminal;
import org.halftune.pretrained.ConfigFile;
import org.halftune.problem.InputError;
import org.halftune.report.ReportFile;
import org.halftune.train.arguments.DataSourceNames;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.TrainingInputs;
import org.jspecify.annotations.Nullable;

/** {@code halftune data}: shows rows as training reads them. */
final class DataCommand implements Command {
    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private int show = 3;
    private @Nullable Path html;

    @Override
    public String name() {
        return "data";
    }

    @Override
    public String summary() {
        return "show rows as the model will see them: format, template, tokens, and which tokens are trained";
    }

    @Override
    public String positional() {
        return "train_file";
    }

    @Override
    public String notes() {
        return """
                Trained tokens are green; without a terminal or with NO_COLOR they are in ⟦ ⟧. ⏎ is a line break, → a tab.
                The data flags are those of halftune train. Example:
                  halftune data rows.jsonl --model_name_or_path models/world-4m --show 5 --html rows.html
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
                FlagGroup.of(
                        "What",
                        Flag.path(
                                "model_name_or_path",
                                "FOLDER",
                                v -> form.modelNameOrPath = v,
                                "model folder with config.json and tokenizer.json; weights are not needed"),
                        Flag.integer("show", show, v -> show = v, "number of rows to show"),
                        Flag.path("html", "FILE", v -> html = v, "also write an HTML page")),
                training.data());
    }

    @Override
    public int run(Terminal terminal) {
        var folder = Required.path(form.modelNameOrPath, "model_name_or_path", "name a model folder");
        if (show < 0) throw new InputError("--show " + show + " is not possible", "", "give 0 or more");
        if (!Files.isDirectory(folder)) {
            throw new InputError("the model folder does not exist", folder.toString(), "check the path");
        }
        var data = form.data();
        var config = ConfigFile.read(folder.resolve(ConfigFile.NAME)).config();
        var text = new DataText(terminal.columns(), coloured(terminal));
        var out = terminal.out();
        var training = TrainingInputs.survey(form.model(), data, config, false, show, out::println);
        out.print(text.of(training));
        if (!data.evalFiles().isEmpty() || !data.mixing().evalDatasets().isEmpty()) {
            out.println("\nevaluation rows");
            out.print(text.of(TrainingInputs.survey(form.model(), data, config, true, show, out::println)));
        }
        if (html != null) {
            ReportFile.write(html, DataPage.of(training, DataSourceNames.training(data)));
            out.println("\nwrote " + html);
        }
        return 0;
    }

    /** Whether standard output is a terminal and NO_COLOR is not set. */
    private static boolean coloured(Terminal terminal) {
        return terminal.interactive()
                && Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .isPresent()
                && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    }
}
