package org.halftune.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordDifferenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "42 | 43 | was 42 and is now 43",
                "2.0E-5 | 4.0E-5 | was 2e-5 and is now 4e-5",
                "2.0E-5 | 0.001 | was 2e-5 and is now 1e-3",
                "0.0 | 1.0E-5 | was 0 and is now 1e-5",
                "0.003 | 0.001 | was 0.003 and is now 0.001",
                "2.00001E-5 | 2.00002E-5 | was 2.00001E-5 and is now 2.00002E-5",
                "Linear[warmupSteps=0, totalSteps=3000] | Linear[warmupSteps=0, totalSteps=2000]"
                        + " | total steps were 3,000 and are now 2,000",
                "Linear[warmupSteps=0, totalSteps=12] | CosineWithMinimum[warmupSteps=0, totalSteps=12, minimum=0.1]"
                        + " | was linear and is now cosine with minimum",
                "A[x=1, rope=Default[theta=10.0], y=2] | A[x=1, rope=Default[theta=20.0], y=3]"
                        + " | rope theta was 10 and is now 20, y was 2 and is now 3"
            })
    void onlyDifferencesAreNamed(String there, String here, String words) {
        assertThat(RecordDifference.words(there, here)).isEqualTo(words);
    }
}
