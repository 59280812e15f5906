package org.halftune.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.halftune.plan.Gpu;
import org.halftune.plan.Rates;
import org.halftune.plan.StepForecast;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** A profile in the form of {@code ncu --csv --page raw}, read and held against the forecast. */
class ProfileTableTest {
    private static final String NAMES = "\"ID\",\"Process ID\",\"Kernel Name\",\"Block Size\",\"Grid Size\","
            + "\"dram__bytes_read.sum\",\"dram__bytes_write.sum\",\"gpu__time_duration.sum\"";
    private static final String UNITS = "\"\",\"\",\"\",\"\",\"\",\"byte\",\"byte\",\"ns\"";

    @TempDir
    Path folder;

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
    void kernelNameOmitsArguments() {
        assertThat(KernelProfile.parse(profile(UNITS, "rope(void *, int)", "void cublasLt::splitK<32, int>(float *)"))
                        .launches())
                .extracting(KernelProfile.Launch::kernel)
                .containsExactly("rope", "cublasLt::splitK");
    }

    @Test
    void stepEndsWithItsOptimizer() {
        var profile = KernelProfile.parse(profile(UNITS, "add", "adamw_f32", "rope", "nvjet_x", "adamw_f32", "add"));
        assertThat(profile.lastStep().orElseThrow().launches())
                .extracting(KernelProfile.Launch::kernel)
                .containsExactly("rope", "nvjet_x", "adamw_f32");
        assertThat(KernelProfile.parse(profile(UNITS, "rope", "adamw_f32")).lastStep())
                .isEmpty();
    }

    @Test
    void unreadableProfileIsExplained() {
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
        var forecast = KernelComparison.forecast(Preset.TINY, Gpu.H200);
        var kernels = new ArrayList<String>();
        long products = 0;
        for (var line : forecast.lines()) {
            if (line.name().startsWith("copy ") || line.name().equals("set to zero")) continue;
            boolean product = line.name().contains(" ");
            if (product) products += line.launches();
            for (int i = 0; i < line.launches(); i++) kernels.add(product ? "nvjet_sm90_tst_256x128" : line.name());
        }
        var step = KernelProfile.parse(profile(UNITS, kernels.toArray(String[]::new)));
        var rows = KernelComparison.of(step, forecast).rows();
        Map<String, KernelComparison.Row> byName =
                rows.stream().collect(Collectors.toMap(KernelComparison.Row::kernel, Function.identity()));
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

    /** A loaded H200 lowers its clocks to 0.89; kernels that a profiler launches one by one do not load it. */
    @Test
    void productsArePredictedWithoutTheLoadOfAWholeStep() {
        var product = KernelComparison.forecast(Preset.LLAMA_3_2_1B, Gpu.H200).lines().stream()
                .filter(line -> line.name().contains(" ") && line.operations() > 0)
                .max(Comparator.comparingDouble(StepForecast.Line::operations))
                .orElseThrow();
        double share = product.operations() / product.seconds() / Gpu.H200.operationsPerSecond();
        double alone = Rates.of(Gpu.H200).products().value();
        assertThat(share)
                .as(product.name())
                .isBetween(alone * Rates.of(Gpu.H200).load().value(), alone);
    }

    @Test
    void tableAndJsonHaveEveryKernel() throws Exception {
        var csv = Files.write(folder.resolve("ncu.csv"), profile(UNITS, "adamw_f32", "rope", "adamw_f32"));
        var json = folder.resolve("profile.json");
        var printed = new ByteArrayOutputStream();
        ProfileTable.run(
                new String[] {csv.toString(), "NVIDIA H200", "tiny", json.toString()},
                new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("FFT, TINY, 2048 tokens")
                .containsPattern("rope +1 ")
                .containsPattern("sum of kernels +2 ");
        var kernels = JsonMapper.shared().readTree(Files.readString(json)).path("kernels");
        assertThat(kernels.findValuesAsString("kernel")).contains("rope", "adamw_f32", "products (cuBLAS)");
    }

    @ParameterizedTest
    @CsvSource({
        "ncu.csv, ProfileTable NCU_CSV",
        "ncu.csv|NVIDIA T4|tiny|out.json, h200",
        "ncu.csv|NVIDIA H200|huge|out.json, LLAMA_3_2_1B",
        "absent.csv|NVIDIA H200|tiny|out.json, absent.csv",
        "ncu.csv|NVIDIA H200|tiny|out.json, not two optimizer steps"
    })
    void badInputIsAnErrorWithAFix(String words, String named) throws Exception {
        var csv = Files.write(folder.resolve("ncu.csv"), profile(UNITS, "rope", "adamw_f32"));
        var arguments = words.replace("ncu.csv", csv.toString()).split("\\|");
        assertThatThrownBy(() -> ProfileTable.run(arguments, System.out))
                .isInstanceOfSatisfying(InputError.class, e -> {
                    assertThat(e.report()).contains(named);
                    assertThat(e.fix()).isNotEmpty();
                });
    }
}
