package org.halftune.train.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {
    @ParameterizedTest
    @CsvSource({
        "24GiB, 25769803776",
        "24GB, 24000000000",
        "24 gb, 24000000000",
        "512MiB, 536870912",
        "1.5GiB, 1610612736",
        "2TiB, 2199023255552",
        "0.1MB, 100000",
        "4096B, 4096"
    })
    void amountNeedsANumberAndAUnit(String text, long bytes) {
        var budget = MemoryBudget.parse(text);
        assertThat(budget).isEqualTo(new MemoryBudget.Amount(bytes, text));
        assertThat(budget.bytesOf(1000)).isEqualTo(bytes);
        assertThat(budget).hasToString(text);
    }

    @Test
    void autoIsTheAvailableMemory() {
        var budget = MemoryBudget.parse("auto");
        assertThat(budget.bytesOf(1000)).isEqualTo(1000);
        assertThat(budget).hasToString("auto");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "24",
                "24000000000",
                "24G",
                "GiB",
                "-1GiB",
                "0GiB",
                "0.1B",
                "24Gi B",
                "1e3GB",
                "99999999TiB",
                "all"
            })
    void invalidAmountIsRefusedWithExamples(String text) {
        assertThatThrownBy(() -> MemoryBudget.parse(text))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("--memory " + text + " is not possible")
                .hasMessageContaining("24GiB")
                .hasMessageContaining("auto");
    }
}
