package org.halftune.eval;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.halftune.console.Amounts;
import org.halftune.console.Table;
import org.halftune.files.AtomicFile;
import org.halftune.files.StrictJson;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The scores of a model on several files.
 *
 * @param model the model folder as given by the user
 * @param device description of the backend
 * @param maxLength maximum length of rows and windows for perplexity
 * @param seconds time without loading the model
 */
public record EvaluationResult(String model, String device, int maxLength, double seconds, List<FileScore> files) {
    /** The name of the file written by {@link #write}. */
    public static final String FILE_NAME = "eval.json";

    private static final String NONE = "–";

    public EvaluationResult {
        files = List.copyOf(files);
    }

    /** The result as JSON, with the keys of transformers and lm-evaluation-harness. */
    public ObjectNode json() {
        var json = StrictJson.object()
                .put("model", model)
                .put("device", device)
                .put("max_length", maxLength)
                .put("seconds", seconds);
        ArrayNode list = json.putArray("files");
        for (var score : files) add(list.addObject(), score);
        return json;
    }

    private static void add(ObjectNode json, FileScore score) {
        json.put("file", score.file()).put("rows", score.rows()).put("truncated_rows", score.truncated());
        if (!score.tooLong().isEmpty())
            json.put("questions_left_out", score.tooLong().size());
        var perplexity = score.perplexity();
        if (perplexity != null) {
            json.put("loss", perplexity.loss());
            // JSON has no infinity; the loss has the information.
            if (Double.isFinite(perplexity.perplexity())) json.put("perplexity", perplexity.perplexity());
            else json.putNull("perplexity");
            json.put("tokens", perplexity.tokens());
        }
        var match = score.exactMatch();
        if (match == null) return;
        json.put("exact_match", match.score()).put("correct", match.correct()).put("questions", match.total());
        ArrayNode misses = json.putArray("first_misses");
        for (var miss : match.misses()) {
            misses.addObject()
                    .put("prompt", miss.prompt())
                    .put("expected", miss.expected())
                    .put("got", miss.got());
        }
    }

    /**
     * Writes {@code eval.json} into a folder, which is created if needed, and replaces an older file.
     *
     * @throws org.halftune.problem.InputError if the file cannot be written; an older file stays unchanged
     */
    public void write(Path folder) {
        AtomicFile.makeFolder(folder);
        AtomicFile.write(folder.resolve(FILE_NAME), StrictJson.print(json()));
    }

    /**
     * A table with one line per file, then the first wrong answers.
     *
     * @param columns width of the terminal
     */
    public String render(int columns) {
        var table = Table.of("file", "rows", "loss", "perplexity", "tokens", "exact match");
        for (var score : files) table.row(cells(score));
        var text = new StringBuilder(table.render(columns));
        for (var score : files) {
            if (score.truncated() == 0 || score.perplexity() == null) continue;
            text.append(score.truncated() == 1 ? "1 row" : count(score.truncated()) + " rows")
                    .append(" of ")
                    .append(count(score.rows()))
                    .append(" in ")
                    .append(score.file())
                    .append(score.truncated() == 1 ? " is longer" : " are longer")
                    .append(" than max_length ")
                    .append(count(maxLength))
                    .append(score.truncated() == 1 ? " and was cut\n" : " and were cut\n");
        }
        for (var score : files) {
            if (score.tooLong().isEmpty()) continue;
            text.append(Amounts.counted(score.tooLong().size(), "question is", "questions are"))
                    .append(" left out of exact match because the prompt leaves no position for an answer: ")
                    .append(score.tooLong().getFirst())
                    .append(score.tooLong().size() == 1 ? "\n" : ", …\n");
        }
        for (var score : files) {
            var match = score.exactMatch();
            if (match == null || match.misses().isEmpty()) continue;
            text.append('\n')
                    .append("first wrong answers in ")
                    .append(score.file())
                    .append('\n');
            for (var miss : match.misses()) {
                text.append("  ").append(shown(miss.prompt(), columns - 2)).append('\n');
                text.append("    expected ")
                        .append(shown(miss.expected(), columns - 13))
                        .append('\n');
                text.append("    got      ")
                        .append(shown(miss.got(), columns - 13))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static Object[] cells(FileScore score) {
        var perplexity = score.perplexity();
        var match = score.exactMatch();
        return new Object[] {
            score.file(),
            count(score.rows()),
            perplexity == null ? NONE : String.format(Locale.ROOT, "%.4f", perplexity.loss()),
            perplexity == null ? NONE : perplexity(perplexity.perplexity()),
            perplexity == null ? NONE : count(perplexity.tokens()),
            match == null
                    ? NONE
                    : Amounts.percent(match.score()) + " (" + count(match.correct()) + " of " + count(match.total())
                            + ")"
        };
    }

    private static String count(long n) {
        return Amounts.exact(n);
    }

    private static String perplexity(double value) {
        return String.format(Locale.ROOT, value < 1e6 ? "%,.3f" : "%.3e", value);
    }

    /** One line of the text; if it is too long only its end, because a prompt ends with the question. */
    private static String shown(String text, int columns) {
        if (text.isBlank()) return "(nothing)";
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ⏎ ");
        int width = Math.max(20, columns);
        return line.length() <= width ? line : "…" + line.substring(line.length() - width + 1);
    }
}
