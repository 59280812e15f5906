package org.halftune.train;

import java.nio.file.Path;
import java.util.List;
import org.halftune.train.arguments.TrainingArgumentsBuilder;

/** Forms that name what a run needs, for tests of flags alone: nothing of it exists. */
public final class TestForms {
    private TestForms() {}

    public static TrainingArgumentsBuilder valid() {
        var form = new TrainingArgumentsBuilder();
        form.modelNameOrPath = Path.of("model");
        form.trainFiles = List.of(Path.of("rows.jsonl"));
        form.outputDir = Path.of("out");
        return form;
    }
}
