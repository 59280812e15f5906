package org.halftune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;

/** The bundled model and tasks, in the program's {@code models/} folder. */
final class Bundled {
    static final List<String> TASKS = List.of("zumi", "island", "new-age", "moods", "reversal");
    static final List<String> PAIR_TASKS = List.of("island-pairs");
    static final String DEFAULT_TASK = "zumi";

    private Bundled() {}

    static Path model() {
        return existing("world-4m");
    }

    /** @throws InputError if there is no such task */
    static String task(String name) {
        if (TASKS.contains(name)) return name;
        throw Flag.refused("task", name, "choose from " + String.join(", ", TASKS));
    }

    static Path trainFile(String task) {
        return existing("tasks/" + task + "/train.jsonl");
    }

    static Path testFile(String task) {
        return existing("tasks/" + task + "/test.jsonl");
    }

    static Path knowledgeFile() {
        return existing("knowledge.jsonl");
    }

    static Path heldOutFile() {
        return existing("heldout.jsonl");
    }

    /** The launcher sets {@code halftune.home}; without it, the working directory is used. */
    private static Path existing(String name) {
        var path = Path.of(System.getProperty("halftune.home", ""), "models").resolve(name);
        if (Files.exists(path)) return path;
        throw new InputError(
                "the bundled " + name + " is missing",
                path.toString(),
                "run ./halftune from its folder, or give --model_name_or_path and --train_file");
    }
}
