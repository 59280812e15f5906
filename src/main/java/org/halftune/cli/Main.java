package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.halftune.console.Terminal;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * Parses the command line and runs one command.
 *
 * <p>Exit codes: 0 success; 1 failure; 2 invalid input; 130 interrupted. The engine is loaded only when a command needs it,
 * so that the help appears immediately.
 */
public final class Main {
    private static final List<Supplier<Command>> COMMANDS = List.of(
            CompareCommand::new,
            StudyCommand::new,
            TrainCommand::new,
            ContinualCommand::new,
            DpoCommand::new,
            DataCommand::new,
            EvalCommand::new,
            GenerateCommand::new,
            ApplyCommand::new,
            ResetCommand::new,
            PlanCommand::new,
            SelectCommand::new,
            InspectCommand::new,
            DoctorCommand::new);

    private Main() {}

    public static void main(String[] words) {
        StandardError.restore(System.getenv());
        var code = run(Arrays.asList(words), Terminal.system(System.getenv()), System.getenv("HALFTUNE_DEBUG") != null);
        System.out.flush();
        System.err.flush();
        System.exit(code);
    }

    /** Runs the command in {@code words} and returns its exit code. */
    static int run(List<String> words, Terminal terminal, boolean debug) {
        var tracing = new AtomicBoolean(debug);
        try {
            return dispatch(words, terminal, tracing);
        } catch (Throwable e) {
            return Failures.report(e, terminal.err(), tracing.get());
        }
    }

    private static int dispatch(List<String> words, Terminal terminal, AtomicBoolean debug) throws Exception {
        var commands = COMMANDS.stream().map(Supplier::get).toList();
        var first = words.isEmpty() ? "--help" : words.getFirst();
        var rest = words.isEmpty() ? words : words.subList(1, words.size());
        if (first.equals("help") && !rest.isEmpty()) {
            first = rest.getFirst();
            rest = List.of("--help");
        }
        return switch (first) {
            case "--help", "-h", "help" -> print(terminal, HelpText.overview(commands));
            case "--version", "version" ->
                print(terminal, "halftune " + Main.class.getPackage().getImplementationVersion() + "\n");
            default -> run(command(commands, first), rest, terminal, debug);
        };
    }

    private static int print(Terminal terminal, String text) {
        terminal.out().print(text);
        return 0;
    }

    private static Command command(List<Command> commands, String word) {
        var names = commands.stream().map(Command::name).toList();
        if (word.startsWith("-")) {
            throw new InputError(
                    "the command is missing before " + word, "", "start with one of " + String.join(", ", names));
        }
        return commands.stream()
                .filter(command -> command.name().equals(word))
                .findFirst()
                .orElseThrow(() -> new InputError(
                        "unknown command " + word,
                        "",
                        Spelling.closest(word, names)
                                .map(name -> "did you mean " + name + "?")
                                .orElse("choose from " + String.join(", ", names))));
    }

    private static int run(Command command, List<String> words, Terminal terminal, AtomicBoolean debug)
            throws Exception {
        var help = new AtomicBoolean();
        var config = new AtomicReference<@Nullable Path>();
        var own = command.flags();
        List<FlagGroup> groups = new ArrayList<>(own);
        groups.add(FlagGroup.of(
                "General",
                Flag.path(
                        "config",
                        "FILE",
                        config::set,
                        "read flags from a recipe (YAML or JSON); recipes of TRL and LLaMA-Factory work too. Flags on the command line take precedence"),
                Flag.toggle("debug", debug::set, "print the stack trace of an error"),
                Flag.toggle("help", help::set, "show this help")));

        var everything = FlagGroup.all(groups);
        var flags = new Flags(command.name(), everything, ofTraining(command));
        if (words.contains("--help") || words.contains("-h")) {
            return print(terminal, HelpText.of(command, groups, terminal.columns()));
        }
        var given = FlagParser.parse(command, everything, words);
        var recipe = given.remove("config");
        if (recipe != null) flags.find("config").orElseThrow().setter().accept(recipe);
        flags.apply(given, Optional.ofNullable(config.get()));
        flags.requireEffect(command.withoutEffect());
        terminal.err().print(RecipeNotes.render(flags.treatments(), terminal.columns()));
        command.told(() -> EffectiveRecipe.of(command.name(), own, flags));
        try {
            return command.run(terminal);
        } catch (InputError e) {
            throw flags.located(e);
        }
    }

    /** Flags of {@code train} and {@code dpo} that a recipe for this command may have; those of {@code dpo} not in a supervised one's. */
    private static Set<String> ofTraining(Command command) {
        List<Command> trainings = Flags.SUPERVISED.contains(command.name())
                ? List.of(new TrainCommand())
                : command.name().equals("dpo")
                        ? List.of(new DpoCommand())
                        : List.of(new TrainCommand(), new DpoCommand());
        return trainings.stream()
                .flatMap(training -> FlagGroup.all(training.flags()).stream())
                .map(Flag::name)
                .collect(Collectors.toSet());
    }
}
