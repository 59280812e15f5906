package org.halftune.eval.task;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Optional;
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
     * @throws org.halftune.problem.InputError if the model, a task or the output folder cannot be used, or no question
     *     of a task fits the model; nothing is scored then
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
            // Before the first is scored, so that a task that cannot be scored is reported at once.
            var works = tasks.stream().map(scorer::work).toList();
            listener.begins();
            var parts = Optional.ofNullable(options.outputDir())
                    .map(folder -> new PartFiles(
                            folder,
                            FileState.of(options.model())
                                    + backend.description()
                                    + options.batchSize()
                                    + template.source()));
            var scores = new ArrayList<TaskScore>();
            for (int i = 0; i < works.size(); i++) {
                var questions = tasks.get(i);
                var store = parts.map(files -> files.of(questions)).orElse(PartStore.NONE);
                if (store.kept() > 0)
                    listener.notice("resumes " + questions.task().name() + ": " + Amounts.counted(store.kept(), "part")
                            + " done before");
                scores.add(scorer.score(works.get(i), store));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            var result = new TaskResult(options.model().toString(), backend.description(), seconds, scores);
            if (options.outputDir() != null) result.write(options.outputDir(), options.logSamples());
            parts.ifPresent(PartFiles::delete);
            return result;
        }
    }
}
