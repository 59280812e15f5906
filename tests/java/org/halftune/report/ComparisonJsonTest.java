package org.halftune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonJsonTest {
    @TempDir
    Path folder;

    @Test
    void writtenComparisonIsReadBack() {
        var file = folder.resolve("new/folder/comparison.json");
        for (var comparison : List.of(
                SampleComparison.sample(),
                SampleComparison.severalRates(),
                SampleComparison.inMemory(SampleComparison.onlyHftFits()),
                SampleComparison.nothingMeasured())) {
            ComparisonJson.write(comparison, file);
            assertThat(ComparisonJson.read(file)).isEqualTo(comparison);
        }
    }

    @Test
    void infiniteValuesAreReadBack() {
        var comparison = SampleComparison.comparison(
                "t",
                SampleComparison.fft(),
                SampleComparison.hft(),
                SampleComparison.saving(1 / 0.0, 0, 1 / 0.0, -1 / 0.0));
        var file = folder.resolve("c.json");
        ComparisonJson.write(comparison, file);
        assertThat(ComparisonJson.read(file)).isEqualTo(comparison);
    }

    @Test
    void fieldsAreSnakeCaseInOrderAndUnmeasuredIsNull() {
        String text = ComparisonJson.text(SampleComparison.nothingMeasured());
        assertThat(text)
                .containsSubsequence(
                        "\"title\"",
                        "\"created_at\"",
                        "\"program_version\"",
                        "\"machine\"",
                        "\"model\"",
                        "\"task\"",
                        "\"settings\"",
                        "\"rates\"",
                        "\"fft\"",
                        "\"hft\"",
                        "\"saving\"")
                .containsSubsequence(
                        "\"parts_ms\"", "\"forward\" : null", "\"backward_input\" : null", "\"backward_weight\"")
                .contains("\"created_at\" : \"2026-01-02T03:04:05.678Z\"")
                .doesNotContain("NaN")
                .doesNotContain("\"methods\"");
        assertThat(ComparisonJson.text(SampleComparison.nothingMeasured())).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"title\": 3}",
                "{\"saving\": {\"predicted\": {\"time_ratio\": \"much\"}}}"
            })
    void fileThatIsNotAComparisonIsAnInputError(String content) throws IOException {
        var file = Files.writeString(folder.resolve("bad.json"), content);
        assertThatThrownBy(() -> ComparisonJson.read(file))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("bad.json");
    }

    @Test
    void divergedRatesAreReadAndOptional() throws IOException {
        var sample = SampleComparison.severalRates();
        var some = SampleComparison.withRates(sample, sample.rates().leavingOut(List.of(0.1, 0.2)));
        var file = folder.resolve("comparison.json");
        ComparisonJson.write(some, file);
        assertThat(ComparisonJson.read(file)).isEqualTo(some);
        String earlier = ComparisonJson.text(some).replaceFirst(",\\s*\"diverged\" : \\[[^]]*]", "");
        assertThat(earlier).doesNotContain("diverged");
        Files.writeString(file, earlier);
        assertThat(ComparisonJson.read(file)).isEqualTo(sample);
    }

    @Test
    void missingFileIsAnInputError() {
        assertThatThrownBy(() -> ComparisonJson.read(folder.resolve("none.json")))
                .isInstanceOf(InputError.class);
    }
}
