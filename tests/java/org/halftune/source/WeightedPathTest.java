package org.halftune.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WeightedPathTest {
    @TempDir
    Path folder;

    @Test
    void numberAfterTheLastColonIsTheWeight() {
        assertThat(WeightedPath.parse("a.jsonl:0.3")).isEqualTo(new WeightedPath("a.jsonl", OptionalDouble.of(0.3)));
        assertThat(WeightedPath.parse("a:b:2")).isEqualTo(new WeightedPath("a:b", OptionalDouble.of(2)));
        assertThat(WeightedPath.parse("a.jsonl:1e-2").weight()).hasValue(0.01);
        for (String plain :
                List.of("a.jsonl", "C:\\rows\\a.jsonl", "C:/rows.jsonl", "a:b", ":3", "a:", "a:-1", "a:1.2.3")) {
            assertThat(WeightedPath.parse(plain)).isEqualTo(new WeightedPath(plain, OptionalDouble.empty()));
        }
        assertThat(WeightedPath.parse("C:\\rows\\a.jsonl:0.5").path()).isEqualTo("C:\\rows\\a.jsonl");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void existingFileWithThatNameHasNoWeight() throws IOException {
        Path file = Files.createFile(folder.resolve("rows:0.5"));
        assertThat(WeightedPath.parse(file.toString()).weight()).isEmpty();
    }

    @Test
    void weightOfZeroIsAnError() {
        assertThat(catchThrowableOfType(InputError.class, () -> WeightedPath.parse("a:0"))
                        .what())
                .isEqualTo("the weight of a:0 is not above 0");
    }

    @Test
    void eitherAllHaveWeightsOrNone() {
        var some = List.of(OptionalDouble.of(1), OptionalDouble.empty());
        var error = catchThrowableOfType(
                InputError.class, () -> WeightedPath.checkAllOrNone(some, List.of("a.jsonl", "b.jsonl")));
        assertThat(error.what()).isEqualTo("b.jsonl has no weight, but others have one");
        assertThat(error.fix()).contains("b.jsonl:1");
        assertThatCode(() -> WeightedPath.checkAllOrNone(
                        List.of(OptionalDouble.empty(), OptionalDouble.empty()), List.of("a", "b")))
                .doesNotThrowAnyException();
    }
}
