package org.halftune.eval.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.RecipeFile;
import org.halftune.recipe.Value;

/**
 * Reads task files: YAML with the keys of lm-evaluation-harness, as far as a task needs no Python, and a few of Halftune's
 * own ({@code data}, {@code fewshot_data}, {@code columns}, {@code summary}, {@code answer_pattern}, {@code doc_to_source}).
 */
public final class TaskFile {
    private static final List<String> KEYS = List.of(
            "task",
            "summary",
            "output_type",
            "data",
            "test_split",
            "columns",
            "description",
            "doc_to_text",
            "doc_to_choice",
            "doc_to_target",
            "doc_to_source",
            "target_delimiter",
            "fewshot_delimiter",
            "fewshot_data",
            "num_fewshot",
            "apply_chat_template",
            "system_instruction",
            "generation_kwargs",
            "answer_pattern",
            "metric_list",
            "max_length");
    /** Keys of lm-evaluation-harness that say where its data lies or how tasks are grouped. */
    private static final Set<String> IGNORED = Set.of(
            "tag",
            "group",
            "metadata",
            "dataset_path",
            "dataset_name",
            "dataset_kwargs",
            "training_split",
            "validation_split",
            "fewshot_split",
            "should_decontaminate",
            "doc_to_decontamination_query",
            "repeats",
            "task_alias");

    private static final Map<String, String> REFUSED = Map.of(
            "filter_list", "use answer_pattern, a regular expression, or the metrics strict_match and last_number",
            "process_docs", "Python functions cannot run here: write the rows in their final form, or use a template",
            "process_results", "Python functions cannot run here: use a metric of metric_list",
            "fewshot_config", "name the file of the examples: fewshot_data",
            "include", "write all keys into one file");
    private static final List<String> GENERATION_KEYS =
            List.of("until", "max_gen_toks", "max_new_tokens", "do_sample", "temperature");
    private static final List<String> METRIC_KEYS =
            List.of("metric", "aggregation", "higher_is_better", "ignore_case", "ignore_punctuation", "use_stemmer");
    private static final Set<String> PERPLEXITY_KEYS =
            Set.of("task", "summary", "output_type", "data", "test_split", "max_length");
    private static final Set<TextMeasure> EXACT = EnumSet.of(TextMeasure.EXACT_MATCH);
    private static final Set<TextMeasure> STEMMED =
            EnumSet.of(TextMeasure.ROUGE_1, TextMeasure.ROUGE_2, TextMeasure.ROUGE_L);
    private static final List<String> CHOICE_METRICS = List.of(TaskScore.ACC, TaskScore.ACC_NORM);

    private final Path folder;
    private final String origin;
    private final TaskKeys keys;

    private TaskFile(Path folder, String origin, TaskKeys keys) {
        this.folder = folder;
        this.origin = origin;
        this.keys = keys;
    }

    /**
     * A task by the path of its file, or a ready one by its name.
     *
     * @throws InputError with file and line if there is no such task, or its file is not valid
     */
    public static Task open(String nameOrPath) {
        if (ReadyTasks.NAMES.contains(nameOrPath)) return ReadyTasks.open(nameOrPath);
        if (nameOrPath.endsWith(".yaml") || nameOrPath.endsWith(".yml")) return read(Path.of(nameOrPath));
        throw new InputError(
                "there is no task " + nameOrPath,
                "",
                Spelling.didYouMean(
                        nameOrPath,
                        ReadyTasks.NAMES,
                        "give a task file (.yaml) or one of " + String.join(", ", ReadyTasks.NAMES)));
    }

    /** @throws InputError with file and line if the file is not valid */
    public static Task read(Path file) {
        try {
            var parent = file.toAbsolutePath().getParent();
            return parse(file, Files.readString(file), parent == null ? Path.of("") : parent);
        } catch (IOException e) {
            if (!Files.exists(file))
                throw new InputError("the task file does not exist", file.toString(), "check the path");
            throw FileProblem.reading(file, e);
        }
    }

    /** @param folder where relative paths of the file begin */
    static Task parse(Path file, String text, Path folder) {
        var entries = RecipeFile.parse(file, text, "the task file");
        String origin = file.toString();
        return new TaskFile(folder, origin, new TaskKeys(origin, "", entries, KEYS, IGNORED, REFUSED)).task();
    }

    private Task task() {
        var kind = kind();
        return new Task(
                keys.required("task"),
                keys.text("summary").orElse(""),
                origin,
                path("data"),
                keys.text("test_split"),
                keys.texts("columns").orElse(List.of()),
                prompt(kind),
                kind);
    }

    private Optional<Path> path(String key) {
        return keys.text(key).map(folder::resolve);
    }

    private TaskPrompt prompt(TaskKind kind) {
        Field text = kind instanceof TaskKind.Perplexity ? new Field.Constant("") : field("doc_to_text");
        return new TaskPrompt(
                text,
                keys.text("description").orElse(""),
                path("fewshot_data"),
                keys.integer("num_fewshot", 0).orElse(0),
                keys.text("target_delimiter").orElse(" "),
                fewshotDelimiter(),
                keys.truth("apply_chat_template", false),
                keys.text("system_instruction"));
    }

    private String fewshotDelimiter() {
        return keys.text("fewshot_delimiter").orElse("\n\n");
    }

    private Field field(String key) {
        return Field.of(key, keys.required(key), keys.where(key));
    }

    private TaskKind kind() {
        String type = keys.required("output_type");
        return switch (type) {
            case "multiple_choice" -> multipleChoice();
            case "generate_until" -> generation();
            case "perplexity" -> perplexity();
            default ->
                throw keys.wrong(
                        "output_type", "is " + type, "choose from multiple_choice, generate_until and perplexity");
        };
    }

    private TaskKind multipleChoice() {
        refuse(List.of("generation_kwargs", "answer_pattern", "doc_to_source"), "generate_until");
        refuse(List.of("max_length"), "perplexity");
        var metrics = metrics(CHOICE_METRICS);
        boolean normalized =
                !metrics.isEmpty() && metrics.getFirst().required("metric").equals(TaskScore.ACC_NORM);
        return new TaskKind.MultipleChoice(choices(), target(), normalized);
    }

    private Field choices() {
        var value = keys.value("doc_to_choice").orElseThrow(() -> keys.missing("doc_to_choice"));
        if (value instanceof Value.Items) {
            return new Field.Several(keys.texts("doc_to_choice").orElseThrow().stream()
                    .map(text -> Field.template("doc_to_choice", text, keys.where("doc_to_choice")))
                    .toList());
        }
        return field("doc_to_choice");
    }

    /** A field, an index, or a list of templates. */
    private Field target() {
        if (keys.value("doc_to_target").orElse(null) instanceof Value.Items) {
            return new Field.Several(keys.texts("doc_to_target").orElseThrow().stream()
                    .map(text -> Field.template("doc_to_target", text, keys.where("doc_to_target")))
                    .toList());
        }
        String written = keys.required("doc_to_target");
        if (written.matches("\\d{1,9}")) return new Field.Constant(Long.parseLong(written));
        return Field.of("doc_to_target", written, keys.where("doc_to_target"));
    }

    private TaskKind generation() {
        refuse(List.of("doc_to_choice"), "multiple_choice");
        refuse(List.of("max_length"), "perplexity");
        var metrics = new ArrayList<TextMetric>();
        for (var item : metrics(TextMeasure.keys())) metrics.add(metric(item));
        if (metrics.isEmpty()) metrics.add(new TextMetric(TextMeasure.EXACT_MATCH));
        Optional<Field> source = keys.value("doc_to_source").map(_ -> field("doc_to_source"));
        if (source.isEmpty() && metrics.stream().anyMatch(metric -> metric.measure() == TextMeasure.SARI))
            throw new InputError("sari needs the text that was to be simplified", origin, "add doc_to_source");
        var settings = generationKeys();
        requireGreedy(settings);
        return new TaskKind.Generation(
                target(),
                source,
                settings.texts("until").orElse(List.of(fewshotDelimiter())),
                settings.integer("max_gen_toks", 1)
                        .or(() -> settings.integer("max_new_tokens", 1))
                        .orElse(256),
                pattern(),
                metrics);
    }

    private static void requireGreedy(TaskKeys settings) {
        String fix = "answers are generated with greedy decoding: remove it";
        if (settings.truth("do_sample", false)) throw settings.wrong("do_sample", "is true", fix);
        var temperature = settings.text("temperature").filter(text -> !text.matches("0+(\\.0*)?"));
        // With do_sample: false, transformers ignores the temperature too.
        if (temperature.isPresent() && settings.value("do_sample").isEmpty())
            throw settings.wrong("temperature", "is " + temperature.get(), fix);
    }

    private static TextMetric metric(TaskKeys item) {
        var measure = TextMeasure.of(item.required("metric")).orElseThrow();
        return new TextMetric(
                measure,
                option(item, "ignore_case", measure, EXACT),
                option(item, "ignore_punctuation", measure, EXACT),
                option(item, "use_stemmer", measure, STEMMED));
    }

    private static boolean option(TaskKeys item, String key, TextMeasure measure, Set<TextMeasure> used) {
        boolean on = item.truth(key, false);
        if (on && !used.contains(measure)) throw item.wrong(key, "has no effect on " + measure.key(), "remove it");
        return on;
    }

    private TaskKind perplexity() {
        var others = KEYS.stream().filter(key -> !PERPLEXITY_KEYS.contains(key)).toList();
        refuse(others, "generate_until and multiple_choice");
        return new TaskKind.Perplexity(keys.integer("max_length", 2));
    }

    private Optional<String> pattern() {
        return keys.text("answer_pattern").map(text -> {
            try {
                return Pattern.compile(text).pattern();
            } catch (PatternSyntaxException e) {
                throw keys.wrong("answer_pattern", "is not a regular expression", "correct it: " + e.getDescription());
            }
        });
    }

    private TaskKeys generationKeys() {
        return keys.value("generation_kwargs")
                .map(value -> map("generation_kwargs", value, GENERATION_KEYS))
                .orElseGet(() ->
                        new TaskKeys(origin, "generation_kwargs.", List.of(), GENERATION_KEYS, Set.of(), Map.of()));
    }

    private TaskKeys map(String key, Value value, List<String> known) {
        if (value instanceof Value.Keys map)
            return new TaskKeys(keys.where(key), key + ".", map.entries(), known, Set.of(), Map.of());
        throw keys.wrong(key, "is not a map", "write keys and values below it");
    }

    /** The items of {@code metric_list}, whose names are among {@code known}. */
    private List<TaskKeys> metrics(List<String> known) {
        var value = keys.value("metric_list");
        if (value.isEmpty()) return List.of();
        if (!(value.get() instanceof Value.Items items))
            throw keys.wrong("metric_list", "is not a list", "write \"- metric: " + known.getFirst() + "\" below it");
        var metrics = new ArrayList<TaskKeys>();
        for (var item : items.values()) {
            var metric = map("metric_list", item, METRIC_KEYS);
            String name = metric.required("metric");
            if (!known.contains(name))
                throw metric.wrong(
                        "metric",
                        "is " + name + ", which is unknown for this output_type",
                        Spelling.didYouMean(name, known, "choose from " + String.join(", ", known)));
            String aggregation = metric.text("aggregation").orElse("mean");
            if (!aggregation.equals("mean"))
                throw metric.wrong(
                        "aggregation", "is " + aggregation, "a score is the mean over the questions: remove it");
            metrics.add(metric);
        }
        return metrics;
    }

    private void refuse(List<String> others, String type) {
        for (var key : others)
            if (keys.value(key).isPresent())
                throw keys.wrong(key, "has no effect here", "it belongs to " + type + " tasks: remove it");
    }
}
