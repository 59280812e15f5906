package org.halftune.hft;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;

/**
 * A regular expression for names of parameters: {@code model.layers.[0-7].mlp.*}. It must match whole parts of the name, from
 * its beginning or after a dot, to its end or before a dot. So {@code mlp.down_proj} is that matrix of every layer, {@code
 * model.layers.1} is layer 1 but not layer 10, and the lines of a Spectrum file ({@code ^lm_head.weight$}, {@code
 * model.layers.3.self_attn.q_proj}) mean what they mean there.
 *
 * @param text as it was written
 * @param where the flag, or the file and the place in it, for error messages
 */
record SelectionPattern(String text, String where, Pattern expression) {
    /** {@code [0-15]}: a set of the characters 0, 1 and 5, where people mean numbers. */
    private static final Pattern NUMBERS = Pattern.compile("\\[(\\d+)-(\\d+)]");

    private static final Pattern ROWS = Pattern.compile("\\[\\d*:\\d*]$");

    static SelectionPattern of(String text, String where) {
        if (text.isBlank()) throw new InputError("a pattern is empty", where, "write a name or a regular expression");
        var numbers = NUMBERS.matcher(text);
        while (numbers.find()) refuseLongRange(text, numbers, where);
        if (ROWS.matcher(text).find()) {
            throw new InputError(
                    "'" + text + "' asks for some rows of a parameter",
                    where,
                    "remove " + rowsOf(text) + ": a parameter is trained as a whole or not at all");
        }
        try {
            return new SelectionPattern(text, where, Pattern.compile("(?:^|.*\\.)(?:" + text + ")(?:\\..*)?"));
        } catch (PatternSyntaxException e) {
            throw new InputError(
                    "'" + text + "' is not a regular expression: " + e.getDescription(),
                    where,
                    text.startsWith("*")
                            ? "write '" + text.replaceAll("(?<![.)\\]])\\*", ".*")
                                    + "'; a dot and a star stand for any characters"
                            : "write one such as 'model.layers.[0-7].mlp.*'");
        }
    }

    private static String rowsOf(String text) {
        return text.substring(text.lastIndexOf('['));
    }

    private static void refuseLongRange(String text, Matcher range, String where) {
        if (range.group(1).length() == 1 && range.group(2).length() == 1) return;
        int from = Integer.parseInt(last(range.group(1)));
        int to = Integer.parseInt(last(range.group(2)));
        var numbers = from < to && to - from < 1000
                ? IntStream.rangeClosed(from, to).mapToObj(Integer::toString).collect(Collectors.joining("|", "(", ")"))
                : "(" + range.group(1) + "|…|" + range.group(2) + ")";
        throw new InputError(
                "'" + range.group() + "' in the pattern '" + text + "' matches one character, not a number",
                where,
                "write " + numbers);
    }

    /** At most nine digits: longer ones are not numbers of layers. */
    private static String last(String digits) {
        return digits.substring(Math.max(0, digits.length() - 9));
    }

    /**
     * The names that the patterns match, in the order of the model.
     *
     * <p>A model whose head is tied has no {@code lm_head.weight}. A pattern for it is accepted if another pattern trains the
     * embeddings, which are the same matrix; Spectrum's files name both.
     *
     * @throws InputError for a pattern that matches nothing, with the nearest names
     */
    static Set<String> names(List<SelectionPattern> patterns, List<ParameterSpec> specs) {
        var matched = new LinkedHashSet<String>();
        for (var pattern : patterns) matched.addAll(pattern.matches(specs));
        for (var pattern : patterns) if (pattern.matches(specs).isEmpty()) pattern.requireTiedHead(matched, specs);
        var ordered = new LinkedHashSet<String>();
        for (var spec : specs) if (matched.contains(spec.name())) ordered.add(spec.name());
        return ordered;
    }

    private List<String> matches(List<ParameterSpec> specs) {
        return specs.stream().map(ParameterSpec::name).filter(this::matches).toList();
    }

    private boolean matches(String name) {
        return expression.matcher(name).matches();
    }

    private void requireTiedHead(Set<String> matched, List<ParameterSpec> specs) {
        var head = ParameterRole.HEAD.parameterName(-1);
        var embeddings = ParameterRole.EMBEDDING.parameterName(-1);
        if (!matches(head)) throw unmatched(specs);
        if (matched.contains(embeddings)) return;
        throw new InputError(
                head + " is not a separate parameter: this model's head is tied to its embedding matrix",
                where,
                "list " + embeddings + " to train both, or remove " + head);
    }

    private InputError unmatched(List<ParameterSpec> specs) {
        boolean name = text.matches("[\\w.]+");
        var nearest = nearest(specs) + "; 'halftune inspect MODEL' lists all";
        var names = specs.stream().map(ParameterSpec::name).toList();
        return new InputError(
                name ? "the model has no parameter '" + text + "'" : "the pattern '" + text + "' matches no parameter",
                where,
                name ? Spelling.didYouMean(text, names, nearest) : nearest);
    }

    /**
     * Three names that differ least from the text, by edit distance without the characters of regular expressions. If more than half
     * of the text differs, they are only examples.
     */
    private String nearest(List<ParameterSpec> specs) {
        var plain = text.replaceAll("[\\\\^$*?+()\\[\\]{}|]", "");
        var nearest = specs.stream()
                .map(ParameterSpec::name)
                .sorted(Comparator.comparingInt(name -> distance(plain, name)))
                .limit(3)
                .toList();
        boolean close = 2 * distance(plain, nearest.getFirst()) <= plain.length();
        return (close ? "the nearest names are " : "names are, for example, ") + String.join(", ", nearest);
    }

    /** The smallest number of edits from {@code part} to a part of {@code name} (Sellers 1980). */
    private static int distance(String part, String name) {
        int[] above = new int[name.length() + 1];
        for (int i = 1; i <= part.length(); i++) {
            int[] row = new int[name.length() + 1];
            row[0] = i;
            for (int j = 1; j <= name.length(); j++) {
                int other = part.charAt(i - 1) == name.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(above[j - 1] + other, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        int least = Integer.MAX_VALUE;
        for (int edits : above) least = Math.min(least, edits);
        return least;
    }
}
