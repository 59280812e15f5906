package org.halftune.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFileTest {
    private static final String CHOICE = """
            task: t
            output_type: multiple_choice
            doc_to_text: "Q: {{q}}"
            doc_to_choice: [yes, no]
            doc_to_target: a
            """;
    private static final String OPEN = """
            task: t
            output_type: generate_until
            doc_to_text: q
            doc_to_target: a
            """;

    @TempDir
    Path folder;

    private Task read(String text) throws IOException {
        return TaskFile.read(Files.writeString(folder.resolve("t.yaml"), text));
    }

    @Test
    void taskHasTheDefaultsOfLmEval() throws IOException {
        var task = read(OPEN);
        assertThat(task.prompt().targetDelimiter()).isEqualTo(" ");
        assertThat(task.prompt().fewshotDelimiter()).isEqualTo("\n\n");
        var kind = (TaskKind.Generation) task.kind();
        assertThat(kind.until()).containsExactly("\n\n");
        assertThat(kind.maxNewTokens()).isEqualTo(256);
        assertThat(task.mainMetric()).isEqualTo("exact_match");
        assertThat(read(CHOICE).mainMetric()).isEqualTo("acc");
    }

    @Test
    void keysOfLmEvalAreReadOrIgnored() throws IOException {
        var task = read(CHOICE + """
                tag: mine
                dataset_path: json
                description: "Answer.\\n\\n"
                num_fewshot: 2
                fewshot_data: dev.jsonl
                metadata: {version: 1.0}
                metric_list:
                  - {metric: acc_norm, aggregation: mean, higher_is_better: true}
                  - metric: acc
                """);
        assertThat(task.mainMetric()).isEqualTo("acc_norm");
        assertThat(task.prompt().description()).isEqualTo("Answer.\n\n");
        assertThat(task.prompt().fewshot()).contains(folder.toAbsolutePath().resolve("dev.jsonl"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "doc_to_txt: q | unknown key doc_to_txt | did you mean 'doc_to_text'?",
                "metric_list: [{metric: exact_mach}] | metric_list.metric is exact_mach | did you mean 'exact_match'?",
                "metric_list: [{metric: acc}] | metric_list.metric is acc | choose from exact_match",
                "metric_list: [{metric: sari}] | sari needs the text that was to be simplified | add doc_to_source",
                "generation_kwargs: {do_sample: true} | do_sample is true | remove it",
                "generation_kwargs: {max_gen_tok: 3} | unknown key generation_kwargs.max_gen_tok | did you mean 'max_gen_toks'?",
                "generation_kwargs: {temperature: 0.7} | temperature is 0.7 | remove it",
                "max_length: 64 | max_length has no effect here | perplexity",
                "metric_list: [{metric: f1, ignore_case: true}] | ignore_case has no effect on f1 | remove it",
                "metric_list: [{metric: exact_match, use_stemmer: true}] | use_stemmer has no effect | remove it",
                "metric_list: [{metric: f1, aggregation: median}] | aggregation is median | mean over the questions",
                "num_fewshot: -1 | num_fewshot is -1 | at least 0",
                "answer_pattern: '(' | answer_pattern is not a regular expression | correct it",
                "description: '{{' | | ",
                "filter_list: [] | filter_list cannot be used | use answer_pattern",
                "doc_to_choice: [a, b] | doc_to_choice has no effect here | multiple_choice",
                "doc_to_source: '{{ q' | doc_to_source is not a valid template | correct the template",
            })
    void mistakesNameLineAndRemedy(String line, String what, String fix) throws IOException {
        if (what == null) {
            assertThat(read(OPEN + line + "\n").prompt().description()).isEqualTo("{{"); // a text, no template
            return;
        }
        assertThatThrownBy(() -> read(OPEN + line + "\n"))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll(what, fix, "t.yaml");
    }

    @Test
    void temperatureMayStandWhereTransformersIgnoresItToo() throws IOException {
        for (String keys : List.of("{do_sample: false, temperature: 0.7}", "{temperature: 0.0}"))
            assertThat(read(OPEN + "generation_kwargs: " + keys + "\n").name()).isEqualTo("t");
    }

    @Test
    void perplexityHasNoKeysOfQuestions() {
        assertThatThrownBy(() -> read("""
                task: t
                output_type: perplexity
                num_fewshot: 2
                """)).hasMessageContainingAll("num_fewshot has no effect here", "t.yaml");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "task | task is missing",
                "output_type | output_type is missing",
                "doc_to_text | doc_to_text is missing",
                "doc_to_target | doc_to_target is missing",
            })
    void missingKeysAreNamed(String key, String what) {
        String text = OPEN.lines().filter(line -> !line.startsWith(key + ":")).collect(Collectors.joining("\n"));
        assertThatThrownBy(() -> read(text)).isInstanceOf(InputError.class).hasMessageContaining(what);
    }

    @Test
    void unknownTaskIsAnError() {
        assertThatThrownBy(() -> TaskFile.open("mmul"))
                .hasMessageContainingAll("there is no task mmul", "did you mean 'mmlu'?");
        assertThatThrownBy(() -> TaskFile.open(folder.resolve("no.yaml").toString()))
                .hasMessageContaining("the task file does not exist");
    }

    @Test
    void readyTasksAreValidAndHaveTheirNames() {
        for (var task : ReadyTasks.all()) {
            assertThat(ReadyTasks.NAMES).contains(task.name());
            assertThat(task.summary()).isNotEmpty();
        }
        assertThat(ReadyTasks.all()).extracting(Task::name).isEqualTo(ReadyTasks.NAMES);
        for (var folder : List.of("C-STANCE", "FOMC", "MeetingBank", "Py150", "ScienceQA", "NumGLUE-cm", "20Minuten"))
            assertThat(ReadyTasks.ofTrace(folder)).isPresent();
        assertThat(ReadyTasks.ofTrace("Lima")).isEqualTo(Optional.empty());
    }
}
