package org.halftune.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.halftune.console.Terminal;
import org.halftune.train.arguments.NoEffect;

/** A subcommand. An instance is used once: the flags set its fields, then it runs. */
interface Command {

    String name();

    /** One line in the list of commands. */
    String summary();

    /** Text below the flags: usage notes and examples. */
    default String notes() {
        return "";
    }

    /** The flags in the groups that the help shows. Their setters write to this instance. */
    List<FlagGroup> flags();

    /** The flag that an argument without a flag sets, as in {@code halftune inspect FOLDER}; empty if there is none. */
    default String positional() {
        return "";
    }

    /** Receives all flags and their values as a recipe, after the flags are set and before {@link #run}. */
    default void told(Supplier<String> recipe) {}

    /** Given flags that have no effect. Called after the flags are set. */
    default Map<String, NoEffect> withoutEffect() {
        return Map.of();
    }

    /** Runs the command and returns its exit code. */
    int run(Terminal terminal) throws Exception;
}
