package org.halftune.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.halftune.console.Amounts;

/**
 * Formats numbers for reports: three significant digits and a unit, independent of the locale.
 *
 * <p>NaN, which means "not measured", is {@value #NONE}; infinity is ∞.
 */
public final class Figures {
    /** Shown if nothing was measured. */
    public static final String NONE = "–";

    private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Figures() {}

    /** Milliseconds, or seconds from ten seconds. */
    public static String milliseconds(double ms) {
        if (!Double.isFinite(ms)) return significant(ms);
        return Math.abs(ms) >= 10_000 ? significant(ms / 1000) + " s" : significant(ms) + " ms";
    }

    /** A range in one unit, that of its end: {@code 62.1–322 ms}, {@code 1.86–10.2 s}. */
    public static String milliseconds(double from, double to) {
        boolean seconds = Double.isFinite(to) && Math.abs(to) >= 10_000;
        String unit = seconds ? " s" : " ms";
        double scale = seconds ? 1e-3 : 1;
        return significant(from * scale) + "–" + significant(to * scale) + unit;
    }

    /** Decimal units, as on data sheets: 1 MB = 10⁶ bytes. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 999.5 && unit < BYTE_UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : significant(value)) + " " + BYTE_UNITS[unit];
    }

    /** 576, 12.3 k, 3.42 M, 1.24 B. */
    public static String count(long count) {
        double size = Math.abs((double) count);
        if (size < 1000) return Long.toString(count);
        if (size < 999_500) return significant(count / 1e3) + " k";
        return size < 999_500_000 ? significant(count / 1e6) + " M" : significant(count / 1e9) + " B";
    }

    /** A whole number with thousands separators. */
    public static String whole(double value) {
        if (!Double.isFinite(value) || Math.abs(value) >= 1e15) return significant(value);
        return Math.abs(value) < 100 ? significant(value) : Amounts.exact(Math.round(value));
    }

    /** HFT as a multiple of FFT: 0.84×. */
    public static String ratio(double ratio) {
        if (!Double.isFinite(ratio)) return significant(ratio);
        boolean plain = ratio == 0 || (Math.abs(ratio) >= 0.1 && Math.abs(ratio) < 100);
        return (plain ? decimals(ratio, 2) : significant(ratio)) + "×";
    }

    /** A quotient as a ratio; a dash where the divisor is 0. */
    public static String ratio(double dividend, double divisor) {
        return divisor == 0 ? NONE : ratio(dividend / divisor);
    }

    /** A fraction in 0…1 as a percentage with one decimal. */
    public static String percent(double share) {
        return Double.isFinite(share) ? decimals(100 * share, 1) + " %" : significant(share);
    }

    /** A difference of fractions in percentage points, with a sign. */
    public static String points(double difference) {
        return Double.isFinite(difference) ? signed(100 * difference, 1) + " points" : significant(difference);
    }

    /** With a sign, unless it rounds to zero. */
    public static String signed(double value, int decimals) {
        if (!Double.isFinite(value)) return significant(value);
        String text = decimals(value, decimals);
        return value > 0 && !text.equals(decimals(0, decimals)) ? "+" + text : text;
    }

    /** A setting with all digits, as typed: 0.9, 5e-4. */
    public static String setting(double value) {
        if (!Double.isFinite(value)) return significant(value);
        if (value == 0) return "0";
        var digits = BigDecimal.valueOf(value).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        return exponent < -3 || exponent > 15
                ? digits.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent
                : digits.toPlainString();
    }

    /** A learning rate with all digits: 2e-4, 1.6e-3, 0.01. */
    public static String learningRate(double value) {
        if (!(value > 0) || value >= 0.01 || !Double.isFinite(value)) return setting(value);
        var digits = BigDecimal.valueOf(value).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        return digits.scaleByPowerOfTen(-exponent).toPlainString() + "e" + exponent;
    }

    /** A fixed number of decimals; never "-0.0", and the minus sign is as wide as the plus sign. */
    public static String decimals(double value, int decimals) {
        if (!Double.isFinite(value)) return significant(value);
        String text = String.format(Locale.ROOT, "%." + decimals + "f", Math.abs(value));
        boolean zero = text.chars().allMatch(c -> c == '0' || c == '.');
        return value < 0 && !zero ? "−" + text : text;
    }

    /** Three significant digits, or whole numbers from 1000 on; an exponent below 10⁻³ and from 10⁶ on. */
    public static String significant(double value) {
        if (Double.isNaN(value)) return NONE;
        if (Double.isInfinite(value)) return value > 0 ? "∞" : "−∞";
        if (value == 0) return "0";
        double rounded = new BigDecimal(value).round(new MathContext(3)).doubleValue();
        double size = Math.abs(rounded);
        if (size < 1e-3 || size >= 1e6)
            return String.format(Locale.ROOT, "%.2e", rounded).replace("-", "−");
        if (size >= 1000) return (value < 0 ? "−" : "") + Amounts.exact(Math.round(Math.abs(value)));
        int digits = (int) Math.floor(Math.log10(size)) + 1;
        return decimals(rounded, Math.max(0, 3 - digits));
    }
}
