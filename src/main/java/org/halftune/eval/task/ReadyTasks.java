package org.halftune.eval.task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The task files that come with Halftune. */
public final class ReadyTasks {
    /** The names for {@code --task}, in the order of lists. */
    public static final List<String> NAMES = List.of(
            "mmlu",
            "mmlu_cloze",
            "arc",
            "truthfulqa_mc1",
            "triviaqa",
            "gsm8k",
            "trace_c_stance",
            "trace_fomc",
            "trace_meetingbank",
            "trace_py150",
            "trace_scienceqa",
            "trace_numglue_cm",
            "trace_numglue_ds",
            "trace_20minuten",
            "prompt_completion",
            "perplexity",
            "world_knowledge",
            "world_heldout",
            "world_zumi",
            "world_island",
            "world_new_age",
            "world_moods",
            "world_reversal");

    private ReadyTasks() {}

    /** All ready tasks. */
    public static List<Task> all() {
        return NAMES.stream().map(ReadyTasks::open).toList();
    }

    /** The task for a folder of TRACE: {@code NumGLUE-cm} is trace_numglue_cm; empty if it has none. */
    public static Optional<Task> ofTrace(String folder) {
        String name = "trace_" + folder.toLowerCase(Locale.ROOT).replace('-', '_');
        return NAMES.contains(name) ? Optional.of(open(name)) : Optional.empty();
    }

    /** @param name one of {@link #NAMES} */
    static Task open(String name) {
        String file = "tasks/" + name + ".yaml";
        try (var stream = Objects.requireNonNull(ReadyTasks.class.getResourceAsStream(file), file)) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            // The launcher sets halftune.home, where the bundled rows lie; without it, the working directory is used.
            return TaskFile.parse(Path.of(file), text, Path.of(System.getProperty("halftune.home", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
