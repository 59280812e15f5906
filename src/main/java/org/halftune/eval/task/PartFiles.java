package org.halftune.eval.task;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.files.StrictJson;
import org.halftune.pretrained.ContentDigest;

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
            public int kept() {
                int kept = 0;
                while (Files.exists(file(digest, kept))) kept++;
                return kept;
            }

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

    /** Outcomes name the places of their rows, so these count too. */
    private String digest(TaskQuestions questions) {
        var digest = ContentDigest.sha256();
        var text = new StringBuilder(model).append('\n').append(questions.task().name());
        text.append('\n').append(questions.data());
        for (var question : questions.questions()) text.append('\n').append(question.place());
        digest.update(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        questions.addTo(digest);
        return HexFormat.of().formatHex(digest.digest(), 0, 12);
    }
}
