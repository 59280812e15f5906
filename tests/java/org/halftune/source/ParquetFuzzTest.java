package org.halftune.source;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;

/** For any bytes, a Parquet file is read or refused with an {@link InputError}: no crash, no hang, no other exception. */
class ParquetFuzzTest {
    private static final List<String> SEEDS =
            List.of("text_none", "text_snappy", "text_zstd", "text_gzip", "messages", "kinds", "required", "groups");

    /** Runs over the seeds here; explores with {@code JAZZER_FUZZ=1}. */
    @FuzzTest(maxDuration = "60s")
    void randomBytesOnlyThrowInputErrors(byte[] content) {
        readOrRefuse(content);
    }

    @Test
    void mutatedFilesOnlyThrowInputErrors() {
        var random = new Random(1);
        var seeds = SEEDS.stream().map(ParquetFuzzTest::seed).toList();
        for (int i = 0; i < 1000; i++) {
            byte[] content = mutated(seeds.get(i % seeds.size()), random);
            try {
                readOrRefuse(content);
            } catch (Throwable e) {
                throw new AssertionError("round " + i, e);
            }
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] content = seed.clone();
        for (int n = random.nextInt(5); n >= 0; n--) {
            // The footer controls the reader, so it is mutated more often.
            int range = random.nextBoolean() ? Math.min(content.length, 900) : content.length;
            int at = content.length - 1 - random.nextInt(range);
            switch (random.nextInt(4)) {
                case 0 -> content[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> content[at] = (byte) random.nextInt(256);
                case 2 -> content[at] = (byte) (random.nextBoolean() ? 0xFF : 0x80);
                default -> content[at]++;
            }
        }
        content[0] = 'P';
        content[1] = 'A';
        content[2] = 'R';
        content[3] = '1';
        return random.nextInt(20) == 0 ? Arrays.copyOf(content, random.nextInt(content.length)) : content;
    }

    private static void readOrRefuse(byte[] content) {
        try {
            Path file = Files.createTempFile("fuzz", ".parquet");
            try {
                Files.write(file, content);
                readOrRefuse(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readOrRefuse(Path file) {
        try (var source = ParquetRows.open(file, Duration.ofSeconds(3))) {
            for (int rows = 0; source.next() != null; rows++) {
                if (rows > 100_000) throw new AssertionError("rows without end");
            }
        } catch (InputError e) {
            if (e.what().isBlank()
                    || !e.where().contains("fuzz")
                    || e.report().lines().count() > 3) {
                throw new AssertionError("an error that does not say what and where: " + e.report(), e);
            }
        }
    }

    private static byte[] seed(String name) {
        try (InputStream bytes = ParquetFuzzTest.class.getResourceAsStream(name + ".parquet")) {
            return Objects.requireNonNull(bytes).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
