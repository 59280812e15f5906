package org.halftune.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.halftune.console.Terminal;
import org.halftune.train.arguments.NoEffect;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.preference.PreferenceStage;

/** {@code halftune dpo}: preference optimization. */
final class DpoCommand implements Command {
    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();
    private final MachineFlags machine = new MachineFlags();
    private final DpoFlags preference = new DpoFlags();
    private Supplier<String> recipe = () -> "";
    private boolean printConfig;

    DpoCommand() {
        form.learningRate = DpoFlags.LEARNING_RATE;
    }

    @Override
    public String name() {
        return "dpo";
    }

    @Override
    public String summary() {
        return "tune a model by preference pairs (DPO, IPO, SLiC), with half of its matrices or all";
    }

    @Override
    public String notes() {
        return """
                A row has prompt, chosen and rejected: texts or messages. Without prompt it is what chosen and rejected begin with.
                DPO: https://arxiv.org/abs/2305.18290. Example:
                  halftune dpo --model_name_or_path model --train_file pairs.jsonl --output_dir out --learning_rate 5e-6
                """;
    }

    @Override
    public List<FlagGroup> flags() {
        var training = new TrainingFlags(form);
        return List.of(
                FlagGroup.of("Model", training.model()),
                preference.preferring(),
                training.pairs(),
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

    @Override
    public int run(Terminal terminal) {
        if (printConfig) {
            terminal.out().print(recipe.get());
            return 0;
        }
        DpoFlags.check(form);
        var arguments = form.build();
        try (var stage = PreferenceStage.open(preference.arguments())) {
            return new TrainingLaunch(terminal, machine, recipe).run(arguments, stage);
        }
    }
}
