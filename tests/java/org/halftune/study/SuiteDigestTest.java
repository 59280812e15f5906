package org.halftune.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import org.halftune.TinyModel;
import org.halftune.data.FolderTemplate;
import org.halftune.data.Tokenizer;
import org.halftune.eval.task.QuestionReader;
import org.halftune.eval.task.TaskFile;
import org.halftune.pretrained.ConfigFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A finished cell is used again only if it would be scored in the same way. */
class SuiteDigestTest {
    private static final String QUESTIONS = """
            task: letters
            doc_to_text: "{{question}}"
            doc_to_target: "{{answer}}"
            output_type: generate_until
            """;
    private static final String PERPLEXITY = """
            task: letters
            output_type: perplexity
            """;

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.write(folder.resolve("model"));
    }

    private String digest(String task, String template) throws IOException {
        var rows = Files.writeString(
                folder.resolve("rows.jsonl"), "{\"question\": \"What is it?\", \"answer\": \"red\"}\n");
        var file = Files.writeString(folder.resolve("letters.yaml"), task);
        var jinja = Files.writeString(folder.resolve("template.jinja"), template);
        var config = ConfigFile.read(model.resolve("config.json")).config();
        try (var tokenizer = Tokenizer.openIfThere(model, config.vocabSize())) {
            var questions = QuestionReader.read(TaskFile.open(file.toString()), Optional.of(rows), 0);
            var chat = FolderTemplate.open(model, Optional.of(jinja.toString()), tokenizer, LocalDateTime.MIN);
            return new Suite.Evaluated("letters", questions, tokenizer, chat, 1).digest();
        }
    }

    @Test
    void chatTemplateIsInItWhereItIsUsed() throws IOException {
        String one = "{% for m in messages %}{{ m.content }}{% endfor %}";
        String two = "{% for m in messages %}{{ m.content }}!{% endfor %}";
        assertThat(digest(QUESTIONS, one)).isEqualTo(digest(QUESTIONS, two));
        for (var task : new String[] {QUESTIONS + "apply_chat_template: true\n", PERPLEXITY}) {
            assertThat(digest(task, one)).isEqualTo(digest(task, one)).isNotEqualTo(digest(task, two));
        }
    }
}
