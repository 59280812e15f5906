package org.halftune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({
        "84.2, 84.2",
        "84, 84.0",
        "99.96, 100",
        "9.996, 10.0",
        "842.4, 842",
        "0.0123, 0.0123",
        "1e-9, 1.00e−09",
        "123456, '123,456'",
        "4321.6, '4,322'",
        "1.5e300, 1.50e+300",
        "-2.5, −2.50",
        "0, 0",
        "NaN, –",
        "Infinity, ∞",
        "-Infinity, −∞"
    })
    void threeDigitsAreKept(double value, String text) {
        assertThat(Figures.significant(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.00 kB",
        "999600, 1.00 MB",
        "62590000, 62.6 MB",
        "9223372036854775807, 9.22 EB",
        "-5000000, −5.00 MB"
    })
    void bytesHaveDecimalUnits(long bytes, String text) {
        assertThat(Figures.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "999, 999", "1000, 1.00 k", "999600, 1.00 M", "3424512, 3.42 M", "1235814400, 1.24 B"})
    void countsAreShortened(long count, String text) {
        assertThat(Figures.count(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"5e-4, 5e-4", "0.9, 0.9", "0, 0", "1, 1", "1.5e-8, 1.5e-8", "20, 20", "0.001, 0.001"})
    void settingsAreFormattedAsTyped(double value, String text) {
        assertThat(Figures.setting(value)).isEqualTo(text);
        assertThat(Double.parseDouble(text)).isEqualTo(value);
    }

    @Test
    void zeroHasNoSign() {
        assertThat(Figures.decimals(-0.01, 1)).isEqualTo("0.0");
        assertThat(Figures.signed(0.01, 1)).isEqualTo("0.0");
        assertThat(Figures.points(-0.0)).isEqualTo("0.0 points");
        assertThat(Figures.points(0.063)).isEqualTo("+6.3 points");
    }

    @Test
    void ratioToZeroIsADash() {
        assertThat(Figures.ratio(1, 0)).isEqualTo("–");
        assertThat(Figures.ratio(0, 2)).isEqualTo("0.00×");
        assertThat(Figures.ratio(Double.NaN, 2)).isEqualTo("–");
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "ar-EG", "hi"})
    void localeHasNoEffect(String tag) {
        var before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(tag));
            assertThat(Figures.whole(11_640)).isEqualTo("11,640");
            assertThat(Figures.percent(0.5)).isEqualTo("50.0 %");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void learningRatesAreWrittenAsTheyAreTyped() {
        assertThat(Figures.learningRate(2e-4)).isEqualTo("2e-4");
        assertThat(Figures.learningRate(1.6e-3)).isEqualTo("1.6e-3");
        assertThat(Figures.learningRate(1e-3)).isEqualTo("1e-3");
        assertThat(Figures.learningRate(0.01)).isEqualTo("0.01");
        assertThat(Figures.learningRate(0)).isEqualTo("0");
        assertThat(Figures.learningRate(Double.NaN)).isEqualTo(Figures.NONE);
    }
}
