package org.halftune.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;
import org.halftune.train.input.TrainingPlan;

/**
 * Saves both trained models in the folders {@code fft} and {@code hft}. With several learning rates, saves those of the rate that the
 * report shows in detail: a better rate replaces the models of an earlier one.
 */
final class SavedModels {
    private final Path folder;
    private boolean written;

    /** @throws InputError if a model folder already exists */
    SavedModels(Path folder) {
        this.folder = folder;
        for (String method : List.of("fft", "hft")) {
            if (!Files.exists(folder.resolve(method))) continue;
            throw new InputError(
                    "the folder for --save_models already exists",
                    folder.resolve(method).toString(),
                    "choose another --output_dir, or move the folder");
        }
    }

    /**
     * Saves both models, replacing those saved before.
     *
     * @param notice receives once how weights are saved
     */
    void keep(
            CompareRun.Subject subject,
            TrainingPlan plan,
            ComparedMethod fft,
            ComparedMethod hft,
            Consumer<String> notice) {
        for (var method : List.of(fft, hft)) {
            Path target = folder.resolve(method.name().toLowerCase(Locale.ROOT));
            if (written) delete(target);
            String saved = method.export(target, subject.folder(), plan);
            if (!written) notice.accept("saves " + method.name() + " as " + saved);
        }
        written = true;
    }

    private static void delete(Path model) {
        try (var files = Files.walk(model)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw FileProblem.writing(model, 0, e);
        }
    }
}
