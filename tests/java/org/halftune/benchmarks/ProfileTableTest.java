package org.halftune.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.halftune.plan.Gpu;
import org.junit.jupiter.api.Test;

/** A profile in the form of {@code ncu --csv --page raw}, read and held against the forecast. */
class ProfileTableTest {
    private static final String NAMES = "\"ID\",\"Process ID\",\"Kernel Name\",\"Block Size\",\"Grid Size\","
            + "\"dram__bytes_read.sum\",\"dram__bytes_write.sum\",\"gpu__time_duration.sum\"";
    private static final String UNITS = "\"\",\"\",\"\",\"\",\"\",\"byte\",\"byte\",\"ns\"";

    private static List<String> profile(String units, String... kernels) {
        var lines = new ArrayList<>(List.of("==PROF== Connected to process 7", NAMES, units));
        for (var kernel : kernels) {
            lines.add("\"" + lines.size() + "\",\"7\",\"" + kernel
                    + "\",\"(384, 1, 1)\",\"(2, 66, 1)\",\"1,000,000\",\"500,000\",\"1,234.5\"");
        }
        lines.add("==PROF== Disconnected");
        return lines;
    }

    @Test
    void timesAndBytesAreReadWithTheirSeparatorsAndUnits() {
        var launch = KernelProfile.parse(profile(UNITS, "rope")).launches().getFirst();
        assertThat(launch.kernel()).isEqualTo("rope");
        assertThat(launch.seconds()).isCloseTo(1234.5e-9, within(1e-15));
        assertThat(launch.bytes()).isEqualTo(1.5e6);
        var large = KernelProfile.parse(profile(UNITS.replace("byte", "Kbyte").replace("ns", "us"), "rope"));
        assertThat(large.launches().getFirst().seconds()).isCloseTo(1234.5e-6, within(1e-12));
        assertThat(large.launches().getFirst().bytes()).isEqualTo(1.5e9);
    }

    @Test
    void aKernelsNameIsWithoutItsArguments() {
        assertThat(KernelProfile.parse(profile(UNITS, "rope(void *, int)", "void cublasLt::splitK<32, int>(float *)"))
                        .launches())
                .extracting(KernelProfile.Launch::kernel)
                .containsExactly("rope", "cublasLt::splitK");
    }

    @Test
    void aStepEndsWithItsOptimizer() {
        var profile = KernelProfile.parse(profile(UNITS, "add", "adamw_f32", "rope", "nvjet_x", "adamw_f32", "add"));
        assertThat(profile.lastStep().orElseThrow().launches())
                .extracting(KernelProfile.Launch::kernel)
                .containsExactly("rope", "nvjet_x", "adamw_f32");
        assertThat(KernelProfile.parse(profile(UNITS, "rope", "adamw_f32")).lastStep())
                .isEmpty();
    }

    @Test
    void whatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> KernelProfile.parse(List.of("==ERROR== nothing")))
                .hasMessage("the profile has no kernels");
        assertThatThrownBy(() -> KernelProfile.parse(profile(UNITS.replace("ns", "cycle"), "rope")))
                .hasMessageContaining("gpu__time_duration.sum has the unit cycle");
        var unmeasured = profile(UNITS, "rope").stream()
                .map(line -> line.replace("1,234.5", "n/a"))
                .toList();
        assertThatThrownBy(() -> KernelProfile.parse(unmeasured)).hasMessageContaining("n/a");
    }

    /** A step's launches as a device would report them: every kernel of the forecast, and products under cuBLAS's names. */
    @Test
    void everyKernelOfTheForecastHasItsRowAndCublasKernelsAreTheProducts() {
        var forecast = ProfileTable.forecast(Preset.TINY, Gpu.H200);
        var kernels = new ArrayList<String>();
        long products = 0;
        for (var line : forecast.lines()) {
            if (line.name().startsWith("copy ") || line.name().equals("set to zero")) continue;
            boolean product = line.name().contains(" ");
            if (product) products += line.launches();
            for (int i = 0; i < line.launches(); i++) kernels.add(product ? "nvjet_sm90_tst_256x128" : line.name());
        }
        var rows = ProfileTable.join(KernelProfile.parse(profile(UNITS, kernels.toArray(String[]::new))), forecast);
        Map<String, ProfileTable.Row> byName =
                rows.stream().collect(Collectors.toMap(ProfileTable.Row::kernel, Function.identity()));
        assertThat(byName).containsKeys("adamw_f32", "rope", "attention_backward_query_64", "products (cuBLAS)");
        for (var row : rows) {
            assertThat(row.measured().launches())
                    .as(row.kernel())
                    .isEqualTo(row.predicted().launches());
            assertThat(row.predicted().seconds()).as(row.kernel()).isPositive();
        }
        var sum = byName.get("products (cuBLAS)").measured();
        assertThat(sum.launches()).isEqualTo(products);
        assertThat(sum.seconds()).isCloseTo(1234.5e-9 * products, within(1e-12));
        assertThat(rows.getFirst().measured().seconds())
                .isGreaterThanOrEqualTo(rows.getLast().measured().seconds());
    }
}
