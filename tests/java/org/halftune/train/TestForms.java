package org.halftune.train;

import java.nio.file.Path;
import java.util.List;

/** Forms that name what a run needs, for tests of flags alone: nothing of it exists. */
final class TestForms {
    private TestForms() {}

    static TrainingArgumentsBuilder valid() {
        var form = new TrainingArgumentsBuilder();
        form.modelNameOrPath = Path.of("model");
        form.trainFiles = List.of(Path.of("rows.jsonl"));
        form.outputDir = Path.of("out");
        return form;
    }
}
