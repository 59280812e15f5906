package org.halftune.reset;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.chat.ChatTemplate;
import org.halftune.data.FolderTemplate;
import org.halftune.data.Tokenizer;
import org.halftune.eval.EvalListener;
import org.halftune.eval.task.QuestionReader;
import org.halftune.eval.task.TaskOptions;
import org.halftune.eval.task.TaskQuestions;
import org.halftune.eval.task.TaskScorer;
import org.halftune.model.Parameters;
import org.halftune.pretrained.ContentDigest;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;

/** Scores models on tasks, as {@code halftune eval --task} does. */
public final class TasksScorer implements ModelScorer {
    private final Backend backend;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final List<TaskQuestions> tasks;
    private final TaskOptions options;
    private final EvalListener listener;

    private TasksScorer(
            Backend backend,
            Tokenizer tokenizer,
            ChatTemplate template,
            List<TaskQuestions> tasks,
            TaskOptions options,
            EvalListener listener) {
        this.backend = backend;
        this.tokenizer = tokenizer;
        this.template = template;
        this.tasks = tasks;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Reads the rows of all tasks.
     *
     * @param model gives tokenizer and chat template
     * @throws InputError if a task's rows cannot be read or used
     */
    public static TasksScorer open(
            Backend backend, PretrainedFolder model, TaskOptions options, EvalListener listener) {
        var tasks = options.tasks().stream()
                .map(asked -> QuestionReader.read(asked.task(), asked.data(), options.limit()))
                .toList();
        var tokenizer = Tokenizer.openIfThere(model.path(), model.config().vocabSize());
        try {
            var now = LocalDateTime.now(ZoneId.systemDefault());
            var template = FolderTemplate.open(model.path(), options.chatTemplate(), tokenizer, now);
            return new TasksScorer(backend, tokenizer, template, tasks, options, listener);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    @Override
    public String fingerprint() {
        var digest = ContentDigest.sha256();
        digest.update(template.source().getBytes(StandardCharsets.UTF_8));
        for (var questions : tasks) {
            digest.update((questions.task().name() + "\n").getBytes(StandardCharsets.UTF_8));
            questions.addTo(digest);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public Map<String, String> flags() {
        var flags = new LinkedHashMap<String, String>();
        flags.put(
                "--task",
                tasks.stream().map(questions -> questions.task().name()).collect(Collectors.joining(" ")));
        flags.put("--limit", String.valueOf(options.limit()));
        return flags;
    }

    @Override
    public List<Scores> score(Parameters model) {
        var scorer = new TaskScorer(backend, model, tokenizer, template, options.batchSize(), listener);
        return tasks.stream()
                .map(scorer::score)
                .map(score -> new Scores(score.task(), score.scores()))
                .toList();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
