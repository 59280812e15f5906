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

/** The emulation's own tests are a program (tests/cuda-on-cpu/tests): each of its lines is a test here. */
@OnCudaOnCpu
final class EmulationTest {

    private static final Path TESTS = CudaOnCpu.FOLDER.resolve("tests");

    @TestFactory
    Stream<DynamicTest> own() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(TESTS.resolve("run").toString());
        builder.environment().put("LD_LIBRARY_PATH", TESTS + ":" + CudaOnCpu.FOLDER);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        List<String> lines = output.lines().toList();
        DynamicTest end = dynamicTest("the program ends by itself", () -> {
            assertThat(lines).hasSizeGreaterThan(10);
            assertThat(code).isIn(0, 1);
        });
        return Stream.concat(lines.stream().map(EmulationTest::asTest), Stream.of(end));
    }

    private static DynamicTest asTest(String line) {
        String[] words = line.split("[ :]+", 3);
        return dynamicTest(words[1].replace('_', ' '), () -> assertThat(line).startsWith("ok"));
    }
}
