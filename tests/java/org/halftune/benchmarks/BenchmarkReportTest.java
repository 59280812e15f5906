package org.halftune.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Table and page of a recorded run: {@code jmh-result.json} holds two forks of FFT and of two HFT's on the CPU. */
class BenchmarkReportTest {
    @TempDir
    Path folder;

    private Path json;

    @BeforeEach
    void copy() throws Exception {
        json = folder.resolve("jmh-result.json");
        try (var recorded = Objects.requireNonNull(getClass().getResourceAsStream("jmh-result.json"))) {
            Files.copy(recorded, json);
        }
    }

    private String report(Path... files) {
        var printed = new ByteArrayOutputStream();
        BenchmarkReport.make(List.of(files), new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** t(0.975, 4) = 2.7764; the deviation of 1…5 is √2.5. */
    @Test
    void intervalIsStudents() {
        var estimate = Estimate.of(List.of(1.0, 2.0, 3.0, 4.0, 5.0));
        assertThat(estimate.mean()).isEqualTo(3);
        assertThat(estimate.half()).isCloseTo(2.7764 * Math.sqrt(2.5) / Math.sqrt(5), within(1e-4));
        assertThat(Estimate.of(List.of(1.0)).half()).isNaN();
    }

    @Test
    void ratioIsThatOfPairsOfForks() {
        var shape = MeasuredShape.of(BenchmarkJson.read(json)).getFirst();
        var full = shape.first().forks();
        var half = shape.steps().get(1);
        assertThat(shape.ratio(shape.first())).isEmpty();
        assertThat(shape.ratio(half).orElseThrow().mean())
                .isCloseTo((half.forks().get(0) / full.get(0) + half.forks().get(1) / full.get(1)) / 2, within(1e-12));
    }

    @Test
    void tableHasARowForEachMethod() {
        var shape = MeasuredShape.of(BenchmarkJson.read(json)).getFirst();
        var table = report(json);
        assertThat(table.lines().filter(line -> line.startsWith("cpu ")))
                .hasSize(3)
                .allMatch(line -> line.contains("TINY") && line.contains("256"));
        assertThat(table)
                .contains("HFT, embeddings+head frozen")
                .contains(String.format("%.3f", 1e-9 * shape.first().peakBytes()))
                .doesNotContain(BenchmarkReport.EMULATED);
    }

    @Test
    void pageIsWellFormedWithIntervalsAndAllMethods() throws Exception {
        report(json);
        var page = Files.readString(folder.resolve("jmh-result.html"));
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(3);
        assertThat(page)
                .contains("class=\"whisker\"")
                .contains("HFT against FFT")
                .contains("tokens/s");
        assertThat(page).doesNotContain("<script");
        // A shape's name stands above its rows, not in each.
        assertThat(page).contains("<th colspan=\"9\" scope=\"rowgroup\">cpu · TINY · 256 tokens a step");
        assertThat(page).contains(">HFT, embeddings+head frozen</text>");
    }

    @Test
    void emulatedDeviceIsMarked() throws Exception {
        var emulated = Files.readString(json)
                .replaceAll("(\"emulated\" : \\{\\s*\"score\" : )0.0", "$11.0")
                .replace("\"device\" : \"cpu\"", "\"device\" : \"cuda:0\"");
        Files.writeString(json, emulated);
        assertThat(report(json)).contains(BenchmarkReport.EMULATED);
        assertThat(folder.resolve("jmh-result.html")).content().contains(BenchmarkReport.EMULATED);
    }

    @Test
    void shapesOfEqualSizeAreDistinguishedByTheirUnusualSettings() throws Exception {
        var other = Files.writeString(
                folder.resolve("other.json"),
                Files.readString(json)
                        .replaceAll("\"length\" : \"[^\"]*\"", "\"length\" : \"64\"")
                        .replaceAll("\"threads\" : \"[^\"]*\"", "\"threads\" : \"7\""));
        var shape = MeasuredShape.of(BenchmarkJson.read(other)).getFirst();
        assertThat(shape.name()).isEqualTo("cpu · TINY · 256 tokens a step · rows of 64 · threads: 7");
    }

    @Test
    void severalFilesBecomeOneTable() throws Exception {
        var other = Files.writeString(
                folder.resolve("other.json"), Files.readString(json).replace("\"TINY\"", "\"SMALL\""));
        assertThat(report(json, other)).contains("TINY").contains("SMALL");
        assertThat(folder.resolve("other.html")).doesNotExist();
    }

    @Test
    void otherFilesAreRefused() throws Exception {
        var text = Files.writeString(folder.resolve("notes.txt"), "[{");
        var foreign = Files.writeString(folder.resolve("foreign.json"), "[{\"benchmark\" : \"other\"}]");
        for (var file : new Path[] {text, foreign, folder.resolve("absent.json")}) {
            assertThatThrownBy(() -> report(file))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(file.getFileName().toString());
        }
    }
}
