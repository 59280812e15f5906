package org.halftune.train.record;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.halftune.tensorboard.Event;
import org.halftune.tensorboard.EventFile;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.TrainingArguments.Reporting;

/**
 * A run's metrics as TensorBoard's scalars, under the tags of transformers: {@code loss} is {@code train/loss}, {@code eval_loss}
 * is {@code eval/loss}. The memory that a run holds is noted once, at its beginning: it does not change.
 *
 * <p>A continued run adds a file to the same folder; steps that it repeats replace those of the file before.
 */
public final class TensorBoardLog implements TrainingListener {
    private static final String EVALUATION = "eval_";

    private final EventFile file;

    /** @param stepsDone steps behind a continued run, or 0 */
    public TensorBoardLog(Path folder, int stepsDone) {
        file = EventFile.create(folder, stepsDone == 0 ? 0 : stepsDone + 1);
    }

    /** Where event files go. A run that is continued, in whatever process, has the same folder. */
    public static Path folder(Reporting reporting, Path output) {
        return reporting.folder().orElseGet(() -> {
            Path name = output.toAbsolutePath().normalize().getFileName();
            return output.resolve("runs").resolve(name == null ? "run" : name.toString());
        });
    }

    @Override
    public void begins(RunHeader header) {
        var values = new LinkedHashMap<String, Double>();
        header.memory().forEach((category, bytes) -> {
            if (bytes > 0) values.put("memory/" + EnumNames.of(category) + "_bytes", (double) bytes);
        });
        file.append(new Event.Scalars(header.stepsDone(), values));
    }

    @Override
    public void logged(MetricsRow row) {
        var values = new LinkedHashMap<String, Double>();
        for (var entry : row.toJson().properties()) {
            if (entry.getKey().equals("step") || !entry.getValue().isNumber()) continue;
            values.put(tag(entry.getKey()), entry.getValue().asDouble());
        }
        file.append(new Event.Scalars(row.step(), values));
    }

    /** As {@code rewrite_logs} of transformers. */
    private static String tag(String key) {
        return key.startsWith(EVALUATION) ? "eval/" + key.substring(EVALUATION.length()) : "train/" + key;
    }
}
