package org.halftune.safetensors;

import static org.halftune.safetensors.Bytes.entry;
import static org.halftune.safetensors.Bytes.file;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;

/** For any bytes, a header is read or refused with an {@link InputError}. */
class HeaderFuzzTest {
    private static final String SEED_HEADER = "{\"__metadata__\":{\"format\":\"pt\"},"
            + entry("model.norm.weight", "F32", "[2,3]", "[0,24]") + ","
            + entry("lm_head.weight", "BF16", "[4]", "[24,32]") + ","
            + entry("x", "F16", "[]", "[32,34]") + "}";
    private static final String[] PIECES = {
        "-1",
        "18446744073709551616",
        "1e400",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "null",
        "\\u0000",
        "9223372036854775807",
        "0.5",
        "\"F64\"",
        ",",
        ":",
        "__metadata__",
        "[[[[[[",
        "é",
        "true"
    };

    /** Runs over the seeds here; explores with {@code JAZZER_FUZZ=1}. */
    @FuzzTest(maxDuration = "60s")
    void randomBytesOnlyThrowInputErrors(byte[] content) {
        parseOrRefuse(content);
    }

    @Test
    void mutatedHeadersOnlyThrowInputErrors() {
        var random = new Random(1);
        for (int i = 0; i < 6000; i++) parseOrRefuse(mutated(random));
    }

    private static byte[] mutated(Random random) {
        String header = SEED_HEADER;
        for (int n = random.nextInt(3); n > 0; n--) {
            int begin = random.nextInt(header.length());
            int end = Math.min(header.length(), begin + random.nextInt(6));
            header = header.substring(0, begin) + PIECES[random.nextInt(PIECES.length)] + header.substring(end);
        }
        byte[] content = file(header, random.nextInt(10) == 0 ? random.nextInt(40) : 34);
        for (int n = random.nextInt(3); n > 0; n--) {
            content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return random.nextInt(10) == 0 ? Arrays.copyOf(content, random.nextInt(content.length)) : content;
    }

    private static void parseOrRefuse(byte[] content) {
        MemorySegment segment = MemorySegment.ofArray(content);
        try {
            var header = Header.parse(Path.of("fuzz.safetensors"), segment);
            for (var tensor : header.tensors()) {
                segment.asSlice(
                        header.dataStart() + tensor.begin(), tensor.info().bytes());
            }
        } catch (InputError e) {
            if (e.what().isBlank() || !e.where().contains("fuzz.safetensors")) {
                throw new AssertionError("an error that does not say what and where", e);
            }
        }
    }
}
