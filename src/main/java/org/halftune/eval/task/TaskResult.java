package org.halftune.eval.task;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.console.Table;
import org.halftune.files.AtomicFile;
import org.halftune.files.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * The scores of a model on several tasks.
 *
 * @param model the model folder as given by the user
 * @param device description of the backend
 * @param seconds time without loading the model; after a restart, of the last run
 */
public record TaskResult(String model, String device, double seconds, List<TaskScore> tasks) {
    /** The name of the file written by {@link #write}. */
    public static final String FILE_NAME = "eval.json";

    public TaskResult {
        tasks = List.copyOf(tasks);
    }

    /** The result as JSON: scores by task, with the names of lm-evaluation-harness. */
    public ObjectNode json() {
        var json = StrictJson.object().put("model", model).put("device", device).put("seconds", seconds);
        var results = json.putObject("results");
        for (var task : tasks) {
            var one = results.putObject(task.task());
            for (var score : task.scores()) {
                if (Double.isFinite(score.value())) one.put(score.name(), score.value());
                else one.putNull(score.name()); // JSON has no infinity
                if (!Double.isNaN(score.standardError())) one.put(score.name() + "_stderr", score.standardError());
            }
            one.put("main", task.main().name())
                    .put("higher_is_better", task.main().higherIsBetter())
                    .put("questions", task.count());
            if (!task.leftOut().isEmpty()) one.put("left_out", task.leftOut().size());
        }
        return json;
    }

    /**
     * Writes {@code eval.json}, and with {@code samples} the outcome of each question: {@code samples_TASK.jsonl}.
     *
     * @throws org.halftune.problem.InputError if a file cannot be written
     */
    public void write(Path folder, boolean samples) {
        AtomicFile.makeFolder(folder);
        if (samples) {
            for (var task : tasks) {
                var lines = new StringBuilder();
                for (var outcome : task.outcomes())
                    lines.append(OutcomeJson.json(outcome)).append('\n');
                AtomicFile.write(
                        folder.resolve(samplesFile(task.task())),
                        lines.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        AtomicFile.write(folder.resolve(FILE_NAME), StrictJson.print(json()));
    }

    /** The name of a task's file of samples: other characters than letters, digits, dot, dash and underscore become _. */
    static String samplesFile(String task) {
        return "samples_" + task.replaceAll("[^\\w.-]", "_") + ".jsonl";
    }

    /**
     * A table with a line for each score; the first of a task is its main one.
     *
     * @param columns width of the terminal
     */
    public String render(int columns) {
        var table = Table.of("task", "questions", "metric", "score", "± std. error");
        for (var task : tasks) {
            boolean first = true;
            for (var score : task.scores()) {
                table.row(
                        first ? task.task() : "",
                        first ? Amounts.exact(task.count()) : "",
                        score.name(),
                        shown(score, score.value()),
                        Double.isNaN(score.standardError())
                                ? "–"
                                : shown(score, score.standardError()).replace(" %", ""));
                first = false;
            }
        }
        var text = new StringBuilder(table.render(columns));
        for (var task : tasks) {
            if (task.leftOut().isEmpty()) continue;
            text.append(Amounts.counted(task.leftOut().size(), "question is", "questions are"))
                    .append(" left out of ")
                    .append(task.task())
                    .append(" because prompt and answer exceed the model's positions: ")
                    .append(task.leftOut().getFirst())
                    .append(task.leftOut().size() == 1 ? "\n" : ", …\n");
        }
        return text.toString();
    }

    private static String shown(NamedScore score, double value) {
        if (score.isShare()) return Amounts.percent(value);
        return String.format(Locale.ROOT, value < 1e6 ? "%,.3f" : "%.3e", value);
    }
}
