package org.halftune.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.halftune.console.Terminal;
import org.halftune.train.arguments.NoEffect;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.Stage;

/** {@code halftune train}: supervised fine-tuning, continued pretraining, or training from scratch. */
final class TrainCommand implements Command {
    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private final MachineFlags machine = new MachineFlags();
    private Supplier<String> recipe = () -> "";
    private boolean printConfig;

    @Override
    public String name() {
        return "train";
    }

    @Override
    public String summary() {
        return "fine-tune a model with half of its matrices (HFT) or all of them (FFT)";
    }

    @Override
    public String notes() {
        return """
                A row has messages, prompt and completion, text, instruction/input/output, or input_ids and labels.
                HFT: https://arxiv.org/abs/2404.18466. Example:
                  halftune train --model_name_or_path models/world-4m --train_file rows.jsonl --output_dir out --learning_rate 1e-4
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
                FlagGroup.of(
                        "Model",
                        training.model(),
                        Flag.toggle(
                                "from_scratch",
                                v -> form.fromScratch = v,
                                "start with random weights; the model folder needs only config.json and tokenizer.json")),
                training.data(),
                training.saving(),
                new SelectionFlags(form).groupOfRun(),
                training.batching(),
                training.optimizing(),
                training.evaluating(),
                training.bestModel(),
                training.machine(machine),
                EffectiveRecipe.group(v -> printConfig = v));
    }

    @Override
    public void told(Supplier<String> recipe) {
        this.recipe = recipe;
    }

    @Override
    public Map<String, NoEffect> withoutEffect() {
        return form.withoutEffect();
    }

    /** The arguments, checked. */
    TrainingArguments arguments() {
        return form.build();
    }

    @Override
    public int run(Terminal terminal) {
        if (printConfig) {
            terminal.out().print(recipe.get());
            return 0;
        }
        var arguments = arguments();
        return new TrainingLaunch(terminal, machine, recipe).run(arguments, new Stage.Supervised());
    }
}
