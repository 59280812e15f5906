package org.halftune.train.arguments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.halftune.console.Amounts;
import org.halftune.train.arguments.TrainingArguments.Data;

/** The names of a run's training and evaluation data: files, then data sets, with their mixing weights. */
public final class DataSourceNames {
    private DataSourceNames() {}

    /** {@code rows.jsonl}, or {@code rows.jsonl:0.3} with a weight. */
    public static List<String> training(Data data) {
        return training(data, Path::toString);
    }

    /** @param name gives a file's name */
    public static List<String> training(Data data, Function<Path, String> name) {
        var mixing = data.mixing();
        var names = Stream.concat(data.trainFiles().stream().map(name), mixing.datasets().stream())
                .toList();
        var weighted = new ArrayList<String>();
        for (int i = 0; i < names.size(); i++) {
            var weight = i < mixing.weights().size() ? mixing.weights().get(i) : OptionalDouble.empty();
            weighted.add(names.get(i) + (weight.isPresent() ? ":" + Amounts.number(weight.getAsDouble()) : ""));
        }
        return weighted;
    }

    /**
     * Empty for rows held out by {@code --val_size}, which have no name.
     *
     * @param name gives a file's name
     */
    public static List<String> evaluation(Data data, Function<Path, String> name) {
        return Stream.concat(data.evalFiles().stream().map(name), data.mixing().evalDatasets().stream())
                .toList();
    }
}
