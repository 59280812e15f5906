package org.halftune.train.memory;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.halftune.problem.InputError;

/** How much device memory a training may use ({@code --memory}). */
public sealed interface MemoryBudget {

    /** The device's available memory ({@code auto}). */
    record Auto() implements MemoryBudget {
        @Override
        public long bytesOf(long available) {
            return available;
        }

        @Override
        public String toString() {
            return "auto";
        }
    }

    /**
     * An amount.
     *
     * @param text as given, {@code 24GiB}
     */
    record Amount(long bytes, String text) implements MemoryBudget {
        public Amount {
            if (bytes <= 0) throw refused(text);
        }

        @Override
        public long bytesOf(long available) {
            return bytes;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * The budget in bytes. An amount may exceed {@code available}, because a plan may be for another device.
     *
     * @param available bytes available on the device
     */
    long bytesOf(long available);

    /**
     * {@code auto}, or a number and its unit: {@code 24GiB} is 24·2³⁰ bytes, {@code 24GB} 24·10⁹; likewise MiB, MB, TiB, TB, and B.
     * Fractions of a byte are dropped. A number without a unit is refused, because it could mean bytes or gigabytes.
     *
     * @throws InputError if the text is neither
     */
    static MemoryBudget parse(String text) {
        var word = text.strip();
        if (word.equalsIgnoreCase("auto")) return new Auto();
        var parts = Format.AMOUNT.matcher(word);
        var unit = parts.matches() ? Format.UNITS.get(parts.group(2).toUpperCase(Locale.ROOT)) : null;
        if (unit == null) throw refused(text);
        var bytes = new BigDecimal(parts.group(1))
                .multiply(BigDecimal.valueOf(unit))
                .setScale(0, RoundingMode.DOWN);
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) throw refused(text);
        return new Amount(bytes.longValue(), word);
    }

    private static InputError refused(String text) {
        return new InputError(
                "--memory " + text + " is not possible",
                "",
                "give an amount with a unit, such as 24GiB (2^30 bytes), 24GB (10^9 bytes) or 512MiB; or auto, the device's"
                        + " available memory");
    }

    /** The format of an amount. */
    final class Format {
        private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z]+)");
        private static final Map<String, Long> UNITS = Map.of(
                "B", 1L,
                "MB", 1_000_000L,
                "GB", 1_000_000_000L,
                "TB", 1_000_000_000_000L,
                "MIB", 1L << 20,
                "GIB", 1L << 30,
                "TIB", 1L << 40);

        private Format() {}
    }
}
