package org.halftune.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The main job as a user runs it, on the bundled model, with few steps. */
class CompareIT {

    @TempDir
    Path folder;

    @Test
    void comparesOnTheBundledModelAndWritesTheReport() throws Exception {
        var output = folder.resolve("comparison");
        var result =
                Program.halftune("compare", "--max_steps", 12, "--learning_rate", "4e-4,8e-4", "--output_dir", output);
        assertThat(result.code()).as(result.toString()).isZero();
        assertThat(result.out())
                .contains(
                        "learned, kept at 4e-4",
                        "learned, kept at 8e-4",
                        "best learning rate",
                        "kept at equal learning",
                        "time per step",
                        "peak memory",
                        "new task",
                        "old knowledge",
                        "predicted",
                        "report.html");

        var json =
                JsonMapper.shared().readTree(output.resolve("comparison.json").toFile());
        for (var method : new String[] {"fft", "hft"}) {
            var found = json.get(method);
            assertThat(found.get("loss").size()).isEqualTo(12);
            double first = found.at("/loss/0/loss").asDouble();
            assertThat(found.at("/loss/11/loss").asDouble())
                    .as(method + " learns")
                    .isLessThan(first);
            assertThat(found.at("/scores/old_knowledge/before").asDouble())
                    .as("the bundled model knows its world")
                    .isGreaterThan(0.95);
        }
        double share = json.at("/hft/parameters/trainable").asDouble()
                / json.at("/hft/parameters/total").asDouble();
        assertThat(share).isCloseTo(0.564, within(0.01));
        assertThat(json.at("/hft/memory/moments").asLong())
                .isLessThan(json.at("/fft/memory/moments").asLong());
        assertThat(json.at("/saving/measured/memory_ratio").asDouble())
                .as("the plan is the allocator")
                .isCloseTo(json.at("/saving/predicted/memory_ratio").asDouble(), within(0.02));
        assertThat(Files.readString(output.resolve("report.html"))).contains("<svg", "</html>");

        var again = Program.halftune("compare", "--max_steps", 12, "--learning_rate", "8e-4", "--output_dir", output);
        assertThat(again.code())
                .as("an earlier comparison may be replaced: " + again)
                .isZero();
        var second =
                JsonMapper.shared().readTree(output.resolve("comparison.json").toFile());
        for (var method : new String[] {"fft", "hft"}) {
            assertThat(json.at("/rates/" + method)).hasSize(2);
            assertThat(second.at("/rates/" + method + "/0"))
                    .as("same seed, same losses and scores: " + method)
                    .isEqualTo(json.at("/rates/" + method + "/1"));
        }
    }
}
