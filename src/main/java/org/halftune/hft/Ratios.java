package org.halftune.hft;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.halftune.model.ParameterCategory;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;

/**
 * The trainable fraction of each category in the layers: {@code hft_ratio}, as a number for all or as {@code
 * attention=0.5,feed_forward=0.3,norm=0.5}.
 *
 * @param attention of {q, k, v, o}, from 0 to 1
 * @param feedForward of {gate, up, down}
 * @param norm of the two norms of a layer
 */
public record Ratios(double attention, double feedForward, double norm) {
    /** The categories that have a ratio, by their keys. */
    public static final List<String> KEYS = List.of(
            ParameterCategory.ATTENTION.key(), ParameterCategory.FEED_FORWARD.key(), ParameterCategory.NORM.key());

    /** The ratio of a category that is not named. */
    public static final double DEFAULT = 0.5;

    private static final String RANGE =
            "set it to a number above 0 and at most 1: 0.5 trains half of the layers' parameters, 1 all of them";

    /** Throws {@link InputError} if all are 0, or one is not in its range. One ratio for all must be above 0. */
    public Ratios {
        boolean uniform = attention == feedForward && feedForward == norm;
        for (double ratio : new double[] {attention, feedForward, norm}) {
            if (ratio >= 0 && ratio <= 1 && (ratio > 0 || !uniform)) continue; // false for NaN
            throw new InputError(
                    "hft_ratio " + ratio + " is not a fraction",
                    "hft_ratio",
                    uniform ? RANGE : "give each category a number from 0 (all frozen) to 1 (all trained)");
        }
    }

    /** The same ratio for every category. */
    public static Ratios all(double ratio) {
        return new Ratios(ratio, ratio, ratio);
    }

    /**
     * Reads a number, or {@code category=number} separated by commas. A category that is not named has {@link #DEFAULT}.
     *
     * @throws InputError if a category is unknown or occurs twice, or a number is not in its range
     */
    public static Ratios parse(String text) {
        if (!namesCategories(text)) return all(number(text.strip(), text));
        Map<ParameterCategory, Double> given = new EnumMap<>(ParameterCategory.class);
        for (var part : text.split(",", -1)) {
            var pair = part.split("=", 2);
            if (pair.length < 2) {
                throw refused(text, "write category=number, separated by commas: attention=0.5,feed_forward=0.3");
            }
            var category = category(pair[0].strip(), text);
            if (given.put(category, number(pair[1].strip(), text)) != null) {
                throw refused(text, "name " + category.key() + " once");
            }
        }
        return new Ratios(
                given.getOrDefault(ParameterCategory.ATTENTION, DEFAULT),
                given.getOrDefault(ParameterCategory.FEED_FORWARD, DEFAULT),
                given.getOrDefault(ParameterCategory.NORM, DEFAULT));
    }

    /** Whether a text that {@link #parse} reads names categories, not one number for all. */
    public static boolean namesCategories(String text) {
        return text.contains("=");
    }

    private static ParameterCategory category(String name, String text) {
        var key = name.toLowerCase(Locale.ROOT).replace('-', '_');
        if (!KEYS.contains(key)) {
            throw refused(
                    text,
                    "there is no category '" + name + "' in the layers: "
                            + Spelling.didYouMean(key, KEYS, "the categories are " + String.join(", ", KEYS)));
        }
        return ParameterCategory.valueOf(key.toUpperCase(Locale.ROOT));
    }

    private static double number(String number, String text) {
        if (!number.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
            throw refused(text, "give a number, such as 0.5, or one per category: attention=0.5,feed_forward=0.3");
        }
        double ratio = Double.parseDouble(number);
        if (ratio > 1 || ratio < 0 || (ratio == 0 && !namesCategories(text))) {
            throw refused(
                    text, namesCategories(text) ? "give numbers from 0 to 1" : "give a number above 0 and up to 1");
        }
        return ratio;
    }

    private static InputError refused(String text, String fix) {
        return new InputError("--hft_ratio " + (text.isBlank() ? "\"\"" : text) + " is not possible", "", fix);
    }

    /** Whether one number says it all. */
    public boolean uniform() {
        return attention == feedForward && feedForward == norm;
    }

    /** The ratio of a category in the layers. */
    double of(ParameterCategory category) {
        return switch (category) {
            case ATTENTION -> attention;
            case FEED_FORWARD -> feedForward;
            case NORM -> norm;
            case EMBEDDING, FINAL_NORM, HEAD -> throw new IllegalArgumentException(category + " is outside the layers");
        };
    }

    /** Every ratio, times {@code factor}. */
    public Ratios times(double factor) {
        return new Ratios(attention * factor, feedForward * factor, norm * factor);
    }

    /** As {@link #parse} reads it. */
    public String text() {
        if (uniform()) return plain(attention);
        var values = List.of(attention, feedForward, norm);
        var text = new StringJoiner(",");
        for (int i = 0; i < KEYS.size(); i++) text.add(KEYS.get(i) + "=" + plain(values.get(i)));
        return text.toString();
    }

    /** All digits, so that the same number is read again: 1, 0.25, 1.0E-7. */
    private static String plain(double ratio) {
        if (ratio < 1e-3) return ratio == 0 ? "0" : Double.toString(ratio);
        return BigDecimal.valueOf(ratio).stripTrailingZeros().toPlainString();
    }
}
