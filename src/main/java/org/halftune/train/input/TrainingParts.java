package org.halftune.train.input;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.halftune.source.DataFolder;
import org.halftune.source.DataPart;
import org.halftune.source.DatasetInfo;
import org.halftune.train.arguments.TrainingArguments;

/** The data sets of a run, from files and from {@code dataset_info.json}. Reports which files of a folder are read. */
final class TrainingParts {
    private final TrainingArguments.Data data;
    private final boolean preferences;
    private final Consumer<String> notice;

    /** @param preferences whether data sets of preferences may be used */
    TrainingParts(TrainingArguments.Data data, boolean preferences, Consumer<String> notice) {
        this.preferences = preferences;
        this.data = data;
        this.notice = notice;
    }

    /** @throws org.halftune.problem.InputError if a name is not in {@code dataset_info.json} */
    List<DataPart> training() {
        var mixing = data.mixing();
        var parts = new ArrayList<DataPart>();
        for (Path file : data.trainFiles()) parts.add(part(file));
        if (!mixing.datasets().isEmpty()) {
            var info = DatasetInfo.read(mixing.datasetFolder(), preferences);
            for (String name : mixing.datasets()) parts.add(info.part(name));
        }
        for (int i = 0; i < parts.size(); i++)
            parts.set(i, parts.get(i).withWeight(mixing.weights().get(i)));
        return limited(parts);
    }

    /** The evaluation data sets, without rows held out from {@link #training}. */
    List<DataPart> evaluation() {
        var parts = new ArrayList<DataPart>();
        for (Path file : data.evalFiles()) parts.add(part(file));
        if (!data.mixing().evalDatasets().isEmpty()) {
            var info = DatasetInfo.read(data.mixing().datasetFolder(), preferences);
            for (String name : data.mixing().evalDatasets()) parts.add(info.part(name));
        }
        return limited(parts);
    }

    private DataPart part(Path path) {
        if (Files.isDirectory(path)) notice.accept(DataFolder.of(path).summary());
        return DataPart.of(path);
    }

    private List<DataPart> limited(List<DataPart> parts) {
        return parts.stream()
                .map(part -> part.first(data.mixing().maxSamples()))
                .toList();
    }
}
