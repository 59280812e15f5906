package org.halftune.cli;

import java.util.function.Supplier;
import org.halftune.console.Terminal;
import org.halftune.train.Interrupts;
import org.halftune.train.StopSignal;
import org.halftune.train.TrainRun;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.Stage;
import org.halftune.train.record.Outcome;

/** Runs a training for a command: opens the device, handles Ctrl-C, prints how the run ended. */
record TrainingLaunch(Terminal terminal, MachineFlags machine, Supplier<String> recipe) {

    /** Returns the program's exit code. */
    int run(TrainingArguments arguments, Stage stage) {
        var stop = new StopSignal();
        try (var console = new TrainingConsole(terminal, !arguments.running().quiet());
                var backend = machine.open(arguments.running().threads().orElse(0), console.beforeWork()::add);
                var _ = Interrupts.to(
                        stop,
                        () -> console.notice("stopping after this step; interrupt again to stop immediately"),
                        console::endAtOnce)) {
            var outcome = new TrainRun(arguments, stage, backend, console, stop, recipe.get()).run();
            console.ends();
            return switch (outcome) {
                case Outcome.Finished finished -> {
                    RunEnding.of(finished, arguments, console.conversations(), stage.isCrossEntropy())
                            .forEach(console::notice);
                    yield 0;
                }
                case Outcome.Complete complete -> {
                    RunEnding.of(complete, arguments).forEach(console::notice);
                    yield 0;
                }
                case Outcome.Stopped stopped -> {
                    console.notice(RunEnding.of(stopped, arguments));
                    yield Interrupts.EXIT_CODE;
                }
            };
        }
    }
}
