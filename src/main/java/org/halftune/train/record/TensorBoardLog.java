package org.halftune.train.record;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.halftune.tensorboard.Event;
import org.halftune.tensorboard.EventFile;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.TrainingArguments.Reporting;

/**
 * Writes metrics as TensorBoard scalars, with the tags of transformers: {@code loss} is {@code train/loss}, {@code eval_loss} is
 * {@code eval/loss}. Memory is written once at the beginning, because it does not change.
 *
 * <p>A resumed run adds a file to the same folder; its steps replace those of the earlier file.
 */
public final class TensorBoardLog implements TrainingListener {
    private static final String EVALUATION = "eval_";

    private final EventFile file;

    /** @param stepsDone steps done before, if the run resumes; otherwise 0 */
    public TensorBoardLog(Path folder, int stepsDone) {
        file = EventFile.create(folder, stepsDone == 0 ? 0 : stepsDone + 1);
    }

    /** The folder of the event files. A resumed run uses the same folder. */
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
