package org.halftune.eval.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.data.Place;
import org.halftune.problem.InputError;
import org.halftune.source.DataFile;
import org.halftune.source.DataFolder;
import org.halftune.source.RowSource;
import org.halftune.source.SourceRow;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a task's rows and makes its questions. */
public final class QuestionReader {
    private final Task task;

    private QuestionReader(Task task) {
        this.task = task;
    }

    /**
     * The questions of a task.
     *
     * @param data the rows, instead of those that the task file names
     * @param limit reads no further than this row; 0 for all
     * @throws InputError if there are no rows, or a row lacks a field or an answer: file, row, field
     */
    public static TaskQuestions read(Task task, Optional<Path> data, int limit) {
        var path = split(
                task,
                data.or(task::data)
                        .orElseThrow(() -> new InputError(
                                "the task " + task.name() + " has no data",
                                task.origin(),
                                "give the file or folder of its rows: --task " + task.name() + "=PATH")));
        if (task.kind() instanceof TaskKind.Perplexity) return new TaskQuestions(task, path, limit, List.of());
        var reader = new QuestionReader(task);
        String before = task.prompt().description() + reader.examples(path);
        var questions = new ArrayList<TaskQuestion>();
        for (var row : rows(path, task.columns(), limit)) questions.add(reader.question(row, before));
        if (questions.isEmpty())
            throw new InputError(
                    "the task " + task.name() + " has no questions", path.toString(), "use a file with rows");
        return new TaskQuestions(task, path, limit, questions);
    }

    /** Of a folder with a file of the task's split, that file. */
    private static Path split(Task task, Path data) {
        if (task.split().isEmpty() || !Files.isDirectory(data)) return data;
        String start = task.split().get() + ".";
        var found = DataFolder.of(data).files().stream()
                .filter(file -> String.valueOf(file.getFileName()).startsWith(start))
                .toList();
        return found.size() == 1 ? found.getFirst() : data;
    }

    /** The examples before each question, with the delimiter after each. */
    private String examples(Path data) {
        var prompt = task.prompt();
        if (prompt.shots() == 0) return "";
        var file = prompt.fewshot()
                .orElseThrow(() -> new InputError(
                        "num_fewshot is " + prompt.shots() + ", but there is no file of examples",
                        task.origin(),
                        "give fewshot_data, a file other than " + data));
        if (file.toAbsolutePath().normalize().equals(data.toAbsolutePath().normalize()))
            throw new InputError(
                    "the examples are rows of the test itself, so the prompts would have its answers",
                    file.toString(),
                    "give fewshot_data, a file other than that of the questions");
        var rows = rows(file, task.columns(), prompt.shots());
        if (rows.size() < prompt.shots())
            throw new InputError(
                    "num_fewshot is " + prompt.shots() + ", but the file has only "
                            + Amounts.counted(rows.size(), "row"),
                    file.toString(),
                    "use fewer examples, or more rows");
        var text = new StringBuilder();
        for (var row : rows) {
            text.append(prompt.text().text(row))
                    .append(prompt.targetDelimiter())
                    .append(answer(row))
                    .append(prompt.fewshotDelimiter());
        }
        return text.toString();
    }

    private String answer(TaskRow row) {
        return switch (task.kind()) {
            case TaskKind.MultipleChoice kind -> {
                var choices = choices(kind, row);
                yield choices.get(right(kind, choices, row));
            }
            case TaskKind.Generation kind -> expected(kind, row).getFirst();
            case TaskKind.Perplexity _ -> throw new IllegalStateException("a perplexity task has no examples");
        };
    }

    private TaskQuestion question(TaskRow row, String before) {
        var prompt = task.prompt();
        String text = before + prompt.text().text(row);
        return switch (task.kind()) {
            case TaskKind.MultipleChoice kind -> {
                var choices = choices(kind, row);
                String delimiter = prompt.chat() ? "" : prompt.targetDelimiter();
                yield new TaskQuestion.Choices(row.place(), text, choices, delimiter, right(kind, choices, row));
            }
            case TaskKind.Generation kind ->
                new TaskQuestion.Open(
                        row.place(),
                        text,
                        expected(kind, row),
                        kind.source().map(source -> source.text(row)).orElse(""));
            case TaskKind.Perplexity _ -> throw new IllegalStateException("a perplexity task has no questions");
        };
    }

    private static List<String> choices(TaskKind.MultipleChoice kind, TaskRow row) {
        var choices = kind.choices().texts(row);
        if (choices.size() < 2)
            throw new InputError(
                    "the row has " + Amounts.counted(choices.size(), "choice") + ", not at least 2",
                    row.place().toString(),
                    "correct the row, or the task's doc_to_choice");
        if (choices.stream().anyMatch(String::isEmpty))
            throw new InputError(
                    "choice " + choices.indexOf("") + " is empty", row.place().toString(), "correct the row");
        return choices;
    }

    /** The target is an index or the text of a choice. */
    private static int right(TaskKind.MultipleChoice kind, List<String> choices, TaskRow row) {
        Object target = kind.target().value(row);
        if (target instanceof String text && choices.contains(text)) return choices.indexOf(text);
        String written = target == null ? "" : target.toString().strip();
        if (written.isEmpty())
            throw new InputError("the row has no answer", row.place().toString(), "use rows with answers");
        if (!written.matches("-?\\d{1,9}"))
            throw new InputError(
                    "the answer " + shown(written) + " is neither an index nor one of the choices",
                    row.place().toString(),
                    "correct the row, or the task's doc_to_target");
        int index = Integer.parseInt(written);
        if (index >= 0 && index < choices.size()) return index;
        throw new InputError(
                "the answer " + index + " is out of range: the row has choices 0 to " + (choices.size() - 1),
                row.place().toString(),
                "count choices from 0");
    }

    private static List<String> expected(TaskKind.Generation kind, TaskRow row) {
        var expected = kind.target().texts(row);
        if (!expected.isEmpty() && !expected.stream().allMatch(String::isBlank)) return expected;
        throw new InputError(
                "the row has no answer",
                row.place().toString(),
                "use rows with answers: an empty text cannot be scored");
    }

    private static String shown(String text) {
        return '"' + (text.length() <= 40 ? text : text.substring(0, 40) + "…") + '"';
    }

    /** @param columns names for a CSV file without header; may be empty */
    private static List<TaskRow> rows(Path path, List<String> columns, int limit) {
        var rows = new ArrayList<TaskRow>();
        try (RowSource source = DataFile.open(path, columns)) {
            for (SourceRow row = source.next(); row != null; row = source.next()) {
                var place = new Place(row.file(), row.line(), row.row());
                if (!(value(row.value()) instanceof Map<?, ?> map))
                    throw new InputError("the row is not an object", place.toString(), "write rows as JSON objects");
                var fields = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, value) -> fields.put(String.valueOf(key), value));
                rows.add(new TaskRow(place, fields));
                if (rows.size() == limit) break;
            }
        }
        return rows;
    }

    private static @Nullable Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> node.booleanValue();
            case STRING -> node.stringValue();
            case NUMBER ->
                node.isIntegralNumber() && node.canConvertToLong() ? (Object) node.longValue() : node.doubleValue();
            case ARRAY -> {
                var list = new ArrayList<@Nullable Object>();
                for (var item : node) list.add(value(item));
                yield list;
            }
            case OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (var entry : node.properties()) map.put(entry.getKey(), value(entry.getValue()));
                yield map;
            }
            case BINARY, POJO -> node.toString();
        };
    }
}
