package org.halftune.cudaoncpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The test programs of tests/cuda-on-cpu: each line that they print is a test here. */
@OnCudaOnCpu
final class EmulationTest {

    private static final Path TESTS = CudaOnCpu.FOLDER.resolve("tests");

    @TestFactory
    Stream<DynamicTest> emulation() throws IOException, InterruptedException {
        return testsOf("run");
    }

    /** Every kernel of the product gives the same bits in every order of threads, blocks and copies. */
    @TestFactory
    Stream<DynamicTest> kernelsInEveryOrder() throws IOException, InterruptedException {
        return testsOf("product");
    }

    private static Stream<DynamicTest> testsOf(String program) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(TESTS.resolve(program).toString());
        builder.environment().remove("LD_LIBRARY_PATH");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        List<String> lines = output.lines().toList();
        DynamicTest end = dynamicTest("the program ends normally", () -> {
            assertThat(lines).hasSizeGreaterThan(10);
            assertThat(code).as("exit status after:%n%s", output).isIn(0, 1);
        });
        return Stream.concat(lines.stream().map(EmulationTest::asTest), Stream.of(end));
    }

    private static DynamicTest asTest(String line) {
        String[] words = line.split("[ :]+", 3);
        return dynamicTest(words[1].replace('_', ' '), () -> assertThat(line).startsWith("ok"));
    }
}
