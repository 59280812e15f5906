package org.halftune.source;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;

/** For any bytes, a table is read or refused with an {@link InputError} that names the line. */
class CsvFuzzTest {
    private static final String SEED = "\uFEFFprompt,completion,id\r\n\"a \"\"b\"\"\n c\",ä🙂,7\n,,\n\nx,\"y\",z\n";
    private static final byte[] PIECES = "\"\",,;\t\r\n\\ \u0000'#".getBytes(StandardCharsets.UTF_8);

    /** Runs over the seeds here; explores with {@code JAZZER_FUZZ=1}. */
    @FuzzTest(maxDuration = "60s")
    void randomBytesOnlyThrowInputErrors(byte[] content) {
        readOrRefuse(content, "fuzz.csv");
    }

    @Test
    void mutatedTablesOnlyThrowInputErrors() {
        var random = new Random(1);
        for (int i = 0; i < 2500; i++) {
            byte[] content = SEED.getBytes(StandardCharsets.UTF_8);
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(content.length);
                content[at] =
                        random.nextInt(4) == 0 ? (byte) random.nextInt(256) : PIECES[random.nextInt(PIECES.length)];
            }
            if (random.nextInt(10) == 0) content = Arrays.copyOf(content, random.nextInt(content.length));
            readOrRefuse(content, random.nextBoolean() ? "fuzz.csv" : "fuzz.tsv");
        }
    }

    private static void readOrRefuse(byte[] content, String name) {
        try {
            Path folder = Files.createTempDirectory("fuzz");
            Path file = Files.write(folder.resolve(name), content);
            try {
                readOrRefuse(file);
            } finally {
                Files.delete(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readOrRefuse(Path file) {
        try (var source = DataFile.open(file)) {
            for (var row = source.next(); row != null; row = source.next()) {
                if (!row.value().isObject()) throw new AssertionError("a row that is not an object");
            }
        } catch (InputError e) {
            if (e.what().isBlank()
                    || !e.where().contains("fuzz.")
                    || e.report().lines().count() > 3) {
                throw new AssertionError("an error that does not say what and where: " + e.report(), e);
            }
        }
    }
}
