package org.halftune.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.halftune.console.Terminal;

/** One subcommand. An instance serves one call: its flags fill in its fields, then it runs. */
interface Command {

    String name();

    /** One line for the list of commands. */
    String summary();

    /** What stands below the flags: how to use it, an example. */
    default String notes() {
        return "";
    }

    /** The flags, grouped as the help shows them; their setters write to this instance. */
    List<FlagGroup> flags();

    /** The flag that a bare argument stands for, as in {@code halftune inspect FOLDER}; empty if there is none. */
    default String positional() {
        return "";
    }

    /** Hears every flag and its value, as a recipe, after the flags are set and before it runs. */
    default void told(Supplier<String> recipe) {}

    /** Flags that were given and change nothing, each with the reason. Asked after the flags are set. */
    default Map<String, String> withoutEffect() {
        return Map.of();
    }

    /** Does the work and returns the exit code. */
    int run(Terminal terminal) throws Exception;
}
