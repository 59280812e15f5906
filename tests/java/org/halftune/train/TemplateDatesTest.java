package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.halftune.files.StrictJson;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.RunHeader;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chat template that writes the date, as Llama 3.2's, writes the same one for a whole run and after it is resumed. */
class TemplateDatesTest {
    @TempDir
    private Path folder;

    @Test
    void resumedRunKeepsTheTemplateTime() throws IOException {
        var first = flags("out");
        assertThat(TestRuns.runUntil(first, 1)).isInstanceOf(Outcome.Stopped.class);
        var state = StrictJson.read(folder.resolve("out/checkpoint-1/trainer_state.json"));
        assertThat(state.get("halftune").get("template_time").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*");

        var second = flags("out");
        second.resumeFromCheckpoint = new Resume.Newest();
        var described = new ArrayList<String>();
        var listener = new TrainingListener() {
            @Override
            public void begins(RunHeader header) {
                described.add(header.plan().description().orElseThrow().line());
            }
        };
        assertThat(TestRuns.run(second, listener, new StopSignal())).isInstanceOf(Outcome.Finished.class);
        String date = state.get("halftune").get("template_time").asString().substring(0, 10);
        assertThat(described.getFirst()).contains("; dates in it: " + date);
    }

    /** A template whose text differs from one microsecond to the next. */
    private TrainingArgumentsBuilder flags(String output) throws IOException {
        var template = Files.writeString(
                folder.resolve("dated.jinja"),
                "{{ strftime_now('%Y%m%d%H%M%S%f') }}{% for message in messages %}{{ message.content }}{% endfor %}");
        var rows = Files.writeString(folder.resolve("rows.jsonl"), """
                {"messages": [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}]}
                {"messages": [{"role": "user", "content": "three"}, {"role": "assistant", "content": "four"}]}
                """);
        var flags = TestRuns.flags(Path.of("models/world-4m"), rows, folder.resolve(output));
        flags.chatTemplate = template.toString();
        flags.perDeviceTrainBatchSize = 1;
        flags.gradientAccumulationSteps = 1;
        flags.numTrainEpochs = 1;
        flags.warmupSteps = 0;
        return flags;
    }
}
