package org.halftune.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random123's known answers for philox4x32 with ten rounds ({@code tests/kat_vectors}). */
class PhiloxTest {

    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void wordsEqualThePublishedOnes(String counter, String key, String expected) {
        int[] c = words(counter), k = words(key), drawn = new int[4];
        Philox.draw(c[0], c[1], c[2], c[3], k[0], k[1], drawn);
        assertThat(drawn).isEqualTo(words(expected));
    }

    private static int[] words(String text) {
        return Arrays.stream(text.split(" "))
                .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
                .toArray();
    }
}
