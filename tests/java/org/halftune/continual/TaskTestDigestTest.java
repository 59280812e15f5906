package org.halftune.continual;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import org.halftune.TinyModel;
import org.halftune.data.MaxLength;
import org.halftune.data.Tokenizer;
import org.halftune.pretrained.ConfigFile;
import org.halftune.train.arguments.TrainingArguments;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finished round is used again only if its task would be scored in the same way. */
class TaskTestDigestTest {
    private static final String TASK = """
            task: letters
            doc_to_text: "{{question}}"
            doc_to_target: "{{answer}}"
            output_type: generate_until
            generation_kwargs:
              until: ["."]
              max_gen_toks: 8
            """;

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("rows.jsonl"), "{\"question\": \"What is it?\", \"answer\": \"red\"}\n");
    }

    private String digest(String task, Optional<String> template) throws IOException {
        var file = Files.writeString(folder.resolve("letters.yaml"), task);
        return digest("rows.jsonl", Optional.of(file.toString()), template);
    }

    private String digest(String rows, Optional<String> metric, Optional<String> template) {
        var config = ConfigFile.read(model.resolve("config.json")).config();
        var test = folder.resolve(rows);
        var task = new ContinualTask("letters", test, test, metric, TaskSettings.NONE);
        try (var tokenizer = Tokenizer.openIfThere(model, config.vocabSize())) {
            var arguments = new TrainingArguments.Model(model, false, template);
            var source = new TaskTest.Source(arguments, config, tokenizer, LocalDateTime.MIN, MaxLength.DEFAULT, 0);
            return TaskTest.read(task, source, _ -> {}).digest();
        }
    }

    private Optional<String> template(String name, String text) throws IOException {
        return Optional.of(Files.writeString(folder.resolve(name), text).toString());
    }

    @Test
    void limitsOfGenerationAreInIt() throws IOException {
        var digest = digest(TASK, Optional.empty());
        assertThat(digest(TASK, Optional.empty())).isEqualTo(digest);
        assertThat(digest(TASK.replace("toks: 8", "toks: 9"), Optional.empty())).isNotEqualTo(digest);
        assertThat(digest(TASK.replace("[\".\"]", "[\";\"]"), Optional.empty())).isNotEqualTo(digest);
    }

    @Test
    void chatTemplateIsInItWhereItIsUsed() throws IOException {
        var one = template("one.jinja", "{% for m in messages %}{{ m.content }}{% endfor %}");
        var two = template("two.jinja", "{% for m in messages %}{{ m.content }}!{% endfor %}");
        assertThat(digest(TASK, one)).isEqualTo(digest(TASK, two));
        String chat = TASK + "apply_chat_template: true\n";
        assertThat(digest(chat, one)).isEqualTo(digest(chat, one)).isNotEqualTo(digest(chat, two));
    }
}
