package org.halftune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.console.Terminal;
import org.halftune.files.AtomicFile;
import org.halftune.hft.SelectionFile;
import org.halftune.hft.SelectionTable;
import org.halftune.model.LlamaConfig;
import org.halftune.pretrained.ConfigFile;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.Selecting;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.export.BaseModel;
import org.halftune.train.importance.Importance;
import org.halftune.train.input.TrainingInputs;

/** {@code halftune select}: shows which matrices a selection trains. Reads {@code config.json} only, except for importance. */
final class SelectCommand implements Command {
    private static final String FILE = "selection.json";

    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private final MachineFlags machine = new MachineFlags();

    @Override
    public String name() {
        return "select";
    }

    @Override
    public String summary() {
        return "show which matrices would be trained, and write selection.json";
    }

    @Override
    public String positional() {
        return "model_name_or_path";
    }

    @Override
    public String notes() {
        return """
                Examples:
                  halftune select llama --hft_ratio 0.25 --output_dir quarter
                  halftune select llama --hft_ratio attention=0.5,feed_forward=0.3,norm=0.5
                  halftune select llama --hft_strategy upper
                  halftune select llama --train 'model.layers.[0-7].mlp.*' lm_head --output_dir lower
                  halftune select llama --selection spectrum.yaml
                  halftune select llama --hft_strategy importance --importance_file source.jsonl --output_dir least
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
                                "model folder; only config.json is read, except by --hft_strategy importance"),
                        training.outputDir("write selection.json to this folder, for --selection")),
                new SelectionFlags(form).group(),
                FlagGroup.of(
                        "Scoring (--hft_strategy importance)",
                        training.maxLength(),
                        training.truncationMode(),
                        training.chatTemplate(),
                        machine.device(),
                        machine.dtype(),
                        training.threads()),
                FlagGroup.of("Seed", training.seed()));
    }

    @Override
    public int run(Terminal terminal) {
        var folder = Required.path(
                form.modelNameOrPath, "model_name_or_path", "name a model folder: halftune select FOLDER");
        var selecting = form.selecting();
        var output = form.outputDir;
        if (output != null) OutputFolder.checkWritable(output);
        var config = config(folder);
        var selection = TrainingInputs.selection(scored(selecting, config, terminal), config);
        terminal.out().print(SelectionTable.of(selection));
        if (output == null) {
            terminal.out().println("\nto write this selection to FOLDER/" + FILE + ", add --output_dir FOLDER");
        } else {
            AtomicFile.makeFolder(output);
            var file = output.resolve(FILE);
            SelectionFile.write(file, selection);
            terminal.out().println("\nwrote " + file);
        }
        return 0;
    }

    /** Only a selection by importance reads weights. */
    private Selecting scored(Selecting selecting, LlamaConfig config, Terminal terminal) {
        var source = selecting.unscored();
        if (source.isEmpty()) return selecting;
        var notices = new Notices(terminal);
        var data = TrainingArguments.Data.ofSource(source.get().file(), form.maxLength, form.truncationMode);
        try (var base = BaseModel.open(form.model(), form.seed);
                var backend = machine.open(form.threads == null ? 0 : form.threads, notices::add)) {
            notices.begin(); // the pass takes a while
            return new Importance(backend, config, base.start(), notices::add).scored(selecting, form.model(), data);
        }
    }

    private static LlamaConfig config(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InputError(
                    "the model folder does not exist",
                    folder.toString(),
                    "name a folder in Hugging Face format, with config.json");
        }
        return ConfigFile.read(folder.resolve(ConfigFile.NAME)).config();
    }
}
