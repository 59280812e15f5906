package org.halftune.cli;

import java.io.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.chat.ChatTemplates;
import org.halftune.console.Terminal;
import org.halftune.data.DataSurvey;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.ModelLimits;
import org.halftune.data.Tokenizer;
import org.halftune.pretrained.ConfigFile;
import org.halftune.problem.InputError;
import org.halftune.report.ReportFile;
import org.halftune.train.TrainingArgumentsBuilder;
import org.jspecify.annotations.Nullable;

/** {@code halftune data}: rows as training would see them. */
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
        return "rows as the model will see them: form, template, tokens, what is learnt";
    }

    @Override
    public String positional() {
        return "train_file";
    }

    @Override
    public String notes() {
        return """
                Learnt tokens are green, or stand in ⟦ ⟧ without a terminal or with NO_COLOR. ⏎ is a line break, → a tab.
                The flags mean what they mean in halftune train. Example:
                  halftune data rows.jsonl --model_name_or_path models/base --show 5 --html rows.html
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
                FlagGroup.of(
                        "What",
                        training.trainFile(),
                        Flag.path(
                                "model_name_or_path",
                                "FOLDER",
                                v -> form.modelNameOrPath = v,
                                "a model folder: config.json and tokenizer.json; weights are not needed"),
                        Flag.integer("show", show, v -> show = v, "rows to show"),
                        Flag.path("html", "FILE", v -> html = v, "write a page of it")),
                FlagGroup.of(
                        "Encoding",
                        training.maxLength(),
                        training.truncationMode(),
                        training.packing(),
                        training.completionOnlyLoss(),
                        training.assistantOnlyLoss()));
    }

    @Override
    public int run(Terminal terminal) {
        var folder = Required.path(form.modelNameOrPath, "model_name_or_path", "name a model folder");
        if (form.trainFiles.isEmpty()) throw new InputError("no data file is given", "", "name a file of rows");
        if (show < 0) throw new InputError("--show " + show + " is not possible", "", "give 0 or more");
        var text = new DataText(terminal.columns(), coloured(terminal));
        var survey = survey(folder);
        terminal.out().print(text.of(survey));
        if (html != null) {
            ReportFile.write(html, DataPage.of(survey, form.trainFiles));
            terminal.out().println("\nwrote " + html);
        }
        return 0;
    }

    private DataSurvey survey(Path folder) {
        if (!folder.toFile().isDirectory()) {
            throw new InputError("there is no such model folder", folder.toString(), "check the path");
        }
        var config = ConfigFile.read(folder.resolve(ConfigFile.NAME)).config();
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var options = new EncodingOptions(
                form.maxLength.kept(limits), form.truncationMode, form.completionOnlyLoss, form.assistantOnlyLoss);
        try (var tokenizer = Tokenizer.openIfThere(folder, config.vocabSize())) {
            var special = tokenizer.special();
            var template = ChatTemplates.open(folder, Optional.empty(), special.bosText(), special.eosText());
            var encoder = new ExampleEncoder(tokenizer, template, options, limits);
            int packed = form.packing ? form.maxLength.within(limits) : 0;
            return DataSurvey.of(form.trainFiles, encoder, tokenizer, show, packed);
        }
    }

    /** Results go to {@code out}: both it and the input must be a terminal, which the system's console knows. */
    private static boolean coloured(Terminal terminal) {
        return terminal.interactive()
                && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
                && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    }
}
