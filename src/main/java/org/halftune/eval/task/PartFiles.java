package org.halftune.eval.task;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.files.StrictJson;

/**
 * The parts of an unfinished evaluation: {@code .unfinished/DIGEST-PART.json} in the output folder. The digest is over model,
 * task and questions, so that parts of another evaluation are not used.
 */
final class PartFiles {
    private final Path folder;
    private final String model;

    /** @param model what else the outcomes depend on: the model's files, the device, the batch size */
    PartFiles(Path output, String model) {
        this.folder = output.resolve(".unfinished");
        this.model = model;
    }

    PartStore of(TaskQuestions questions) {
        String digest = digest(questions);
        return new PartStore() {
            @Override
            public Optional<Part> read(int part) {
                Path file = file(digest, part);
                return Files.exists(file) ? Optional.of(OutcomeJson.part(StrictJson.read(file))) : Optional.empty();
            }

            @Override
            public void write(int part, Part done) {
                AtomicFile.makeFolder(folder);
                AtomicFile.write(file(digest, part), StrictJson.print(OutcomeJson.json(done)));
            }
        };
    }

    /** Number of parts that are done. */
    int kept(TaskQuestions questions) {
        String digest = digest(questions);
        int kept = 0;
        while (Files.exists(file(digest, kept))) kept++;
        return kept;
    }

    /** Removes all parts when the evaluation is complete. */
    void delete() {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (var path : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        } catch (IOException e) {
            throw FileProblem.writing(folder, 0, e);
        }
    }

    private Path file(String digest, int part) {
        return folder.resolve(digest + "-" + part + ".json");
    }

    private String digest(TaskQuestions questions) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            add(digest, model);
            var task = questions.task();
            add(digest, task.name());
            switch (task.kind()) {
                case TaskKind.MultipleChoice choice -> add(digest, choice.mainMetric());
                case TaskKind.Generation kind ->
                    add(digest, kind.until() + " " + kind.maxNewTokens() + " " + kind.answerPattern() + kind.metrics());
                case TaskKind.Perplexity kind ->
                    add(digest, kind + " " + questions.limit() + FileState.of(questions.data()));
            }
            add(digest, task.prompt().chat() + " " + task.prompt().system());
            for (var question : questions.questions()) add(digest, question.toString());
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has SHA-256
        }
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
