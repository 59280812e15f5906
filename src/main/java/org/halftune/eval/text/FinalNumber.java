package org.halftune.eval.text;

import java.util.Optional;
import java.util.regex.Pattern;

/** The number that ends a worked solution, as lm-evaluation-harness finds it for GSM8K (Cobbe et al. 2021). */
public final class FinalNumber {
    private static final Pattern MARKED = Pattern.compile("#### (-?[0-9.,]+)");
    private static final Pattern ANY = Pattern.compile("-?[$0-9.,]{2,}|-?[0-9]+");
    private static final Pattern IGNORED = Pattern.compile(",|\\$|(?s:.*)#### |\\.$");

    private FinalNumber() {}

    /** The first number after {@code ####}, as written; empty if there is none. Filter strict-match. */
    public static Optional<String> marked(String text) {
        var found = MARKED.matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    /** The last number, as written; empty if there is none. Filter flexible-extract. */
    public static Optional<String> last(String text) {
        var found = ANY.matcher(text);
        Optional<String> last = Optional.empty();
        while (found.find()) last = Optional.of(found.group());
        return last;
    }

    /** Whether a number equals that of a reference, which may be a whole solution: commas, $ and a last point do not count. */
    public static boolean same(String number, String reference) {
        return plain(number).equals(plain(reference));
    }

    private static String plain(String text) {
        return IGNORED.matcher(text).replaceAll("").strip();
    }
}
