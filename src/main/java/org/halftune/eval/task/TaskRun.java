package org.halftune.eval.task;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import org.halftune.backend.Backend;
import org.halftune.console.Amounts;
import org.halftune.data.FolderTemplate;
import org.halftune.eval.EvalListener;
import org.halftune.generate.LoadedModel;
import org.halftune.pretrained.OutputFolder;

/** Runs {@code halftune eval --task}: scores a model folder on tasks. */
public final class TaskRun {
    private TaskRun() {}

    /**
     * Scores the tasks in order. With an output folder it writes {@code eval.json}, and keeps the parts that are done: the same
     * call continues after a kill, with the same scores.
     *
     * @throws org.halftune.problem.InputError if the model, a task or the output folder cannot be used; the rows of all
     *     tasks are read before the model is loaded
     */
    public static TaskResult run(Backend backend, TaskOptions options, EvalListener listener) {
        if (options.outputDir() != null) OutputFolder.checkWritable(options.outputDir());
        var tasks = options.tasks().stream()
                .map(asked -> QuestionReader.read(asked.task(), asked.data(), options.limit()))
                .toList();
        try (var model = LoadedModel.open(backend, options.model())) {
            long start = System.nanoTime();
            var template = FolderTemplate.open(
                    options.model(),
                    options.chatTemplate(),
                    model.tokenizer(),
                    LocalDateTime.now(ZoneId.systemDefault()));
            var scorer = new TaskScorer(
                    backend, model.parameters(), model.tokenizer(), template, options.batchSize(), listener);
            model.notices().forEach(listener::notice);
            if (tasks.stream().anyMatch(questions -> questions.task().prompt().chat()))
                listener.notice("chat template: " + template.description());
            listener.begins();
            var parts = options.outputDir() == null
                    ? null
                    : new PartFiles(
                            options.outputDir(),
                            FileState.of(options.model())
                                    + backend.description()
                                    + options.batchSize()
                                    + template.source());
            var scores = new ArrayList<TaskScore>();
            for (var questions : tasks) {
                PartStore store = parts == null ? PartStore.NONE : parts.of(questions);
                int kept = parts == null ? 0 : parts.kept(questions);
                if (kept > 0)
                    listener.notice("resumes " + questions.task().name() + ": " + Amounts.counted(kept, "part")
                            + " done before");
                scores.add(scorer.score(questions, store));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            var result = new TaskResult(options.model().toString(), backend.description(), seconds, scores);
            if (options.outputDir() != null) {
                result.write(options.outputDir(), options.logSamples());
                if (parts != null) parts.delete();
            }
            return result;
        }
    }
}
