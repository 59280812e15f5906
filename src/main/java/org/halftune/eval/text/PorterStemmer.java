package org.halftune.eval.text;

import java.util.Map;
import java.util.function.Predicate;

/**
 * The suffix stripper of Porter (1980, https://tartarus.org/martin/PorterStemmer), with NLTK's extensions, which rouge_score
 * uses: a few irregular words, {@code dies → die}, {@code y → i} only after a consonant, {@code fulli → ful} and {@code logi →
 * log}.
 */
final class PorterStemmer {
    private static final Map<String, String> IRREGULAR = Map.ofEntries(
            Map.entry("sky", "sky"),
            Map.entry("skies", "sky"),
            Map.entry("dying", "die"),
            Map.entry("lying", "lie"),
            Map.entry("tying", "tie"),
            Map.entry("news", "news"),
            Map.entry("innings", "inning"),
            Map.entry("inning", "inning"),
            Map.entry("outings", "outing"),
            Map.entry("outing", "outing"),
            Map.entry("cannings", "canning"),
            Map.entry("canning", "canning"),
            Map.entry("howe", "howe"),
            Map.entry("proceed", "proceed"),
            Map.entry("exceed", "exceed"),
            Map.entry("succeed", "succeed"));

    private static boolean isPositive(String stem) {
        return measure(stem) > 0;
    }

    private static boolean isLong(String stem) {
        return measure(stem) > 1;
    }

    /** A suffix, what replaces it, and when. The first suffix that a word has decides. */
    private record Rule(String suffix, String replacement, Predicate<String> when) {}

    private static final Rule[] STEP_2 = rules(
            PorterStemmer::isPositive,
            "ational",
            "ate",
            "tional",
            "tion",
            "enci",
            "ence",
            "anci",
            "ance",
            "izer",
            "ize",
            "bli",
            "ble",
            "alli",
            "al",
            "entli",
            "ent",
            "eli",
            "e",
            "ousli",
            "ous",
            "ization",
            "ize",
            "ation",
            "ate",
            "ator",
            "ate",
            "alism",
            "al",
            "iveness",
            "ive",
            "fulness",
            "ful",
            "ousness",
            "ous",
            "aliti",
            "al",
            "iviti",
            "ive",
            "biliti",
            "ble",
            "fulli",
            "ful");
    private static final Rule[] STEP_3 = rules(
            PorterStemmer::isPositive,
            "icate",
            "ic",
            "ative",
            "",
            "alize",
            "al",
            "iciti",
            "ic",
            "ical",
            "ic",
            "ful",
            "",
            "ness",
            "");
    private static final Rule[] STEP_4_BEFORE_ION = rules(
            PorterStemmer::isLong,
            "al",
            "",
            "ance",
            "",
            "ence",
            "",
            "er",
            "",
            "ic",
            "",
            "able",
            "",
            "ible",
            "",
            "ant",
            "",
            "ement",
            "",
            "ment",
            "",
            "ent",
            "");
    private static final Rule[] STEP_4_AFTER_ION =
            rules(PorterStemmer::isLong, "ou", "", "ism", "", "ate", "", "iti", "", "ous", "", "ive", "", "ize", "");

    private PorterStemmer() {}

    /** @param word in lower case */
    static String stem(String word) {
        String irregular = IRREGULAR.get(word);
        if (irregular != null) return irregular;
        if (word.length() <= 2) return word;
        String stem = finalY(participle(plural(word)));
        stem = apply(doubleSuffix(stem), STEP_3);
        return doubleL(finalE(shortSuffix(stem)));
    }

    /** Step 1a. */
    private static String plural(String word) {
        if (word.endsWith("ies")) return cut(word, word.length() == 4 ? 1 : 2);
        if (word.endsWith("sses")) return cut(word, 2);
        return word.endsWith("s") && !word.endsWith("ss") ? cut(word, 1) : word;
    }

    /** Step 1b. */
    private static String participle(String word) {
        if (word.endsWith("ied")) return cut(word, word.length() == 4 ? 1 : 2);
        if (word.endsWith("eed")) return measure(cut(word, 3)) > 0 ? cut(word, 1) : word;
        int suffix = word.endsWith("ed") ? 2 : word.endsWith("ing") ? 3 : 0;
        if (suffix == 0 || !hasVowel(cut(word, suffix))) return word;
        String stem = cut(word, suffix);
        if (stem.endsWith("at") || stem.endsWith("bl") || stem.endsWith("iz")) return stem + "e";
        int last = stem.length() - 1;
        boolean doubled = last > 0 && stem.charAt(last) == stem.charAt(last - 1) && isConsonant(stem, last);
        if (doubled) return "lsz".indexOf(stem.charAt(last)) >= 0 ? stem : cut(stem, 1);
        return measure(stem) == 1 && endsShort(stem) ? stem + "e" : stem;
    }

    /** Step 1c. */
    private static String finalY(String word) {
        boolean afterConsonant = word.length() > 2 && word.endsWith("y") && isConsonant(word, word.length() - 2);
        return afterConsonant ? cut(word, 1) + "i" : word;
    }

    /** Step 2. */
    private static String doubleSuffix(String word) {
        if (word.endsWith("alli") && measure(cut(word, 4)) > 0) return doubleSuffix(cut(word, 2));
        for (var rule : STEP_2) if (word.endsWith(rule.suffix)) return applied(word, rule);
        return word.endsWith("logi") && measure(cut(word, 3)) > 0 ? cut(word, 1) : word;
    }

    /** Step 4. */
    private static String shortSuffix(String word) {
        for (var rule : STEP_4_BEFORE_ION) if (word.endsWith(rule.suffix)) return applied(word, rule);
        if (word.endsWith("ion")) {
            String stem = cut(word, 3);
            return measure(stem) > 1 && (stem.endsWith("s") || stem.endsWith("t")) ? stem : word;
        }
        return apply(word, STEP_4_AFTER_ION);
    }

    /** Step 5a. */
    private static String finalE(String word) {
        if (!word.endsWith("e")) return word;
        String stem = cut(word, 1);
        int measure = measure(stem);
        return measure > 1 || (measure == 1 && !endsShort(stem)) ? stem : word;
    }

    /** Step 5b. */
    private static String doubleL(String word) {
        return word.endsWith("ll") && measure(cut(word, 1)) > 1 ? cut(word, 1) : word;
    }

    private static String apply(String word, Rule[] rules) {
        for (var rule : rules) if (word.endsWith(rule.suffix)) return applied(word, rule);
        return word;
    }

    private static String applied(String word, Rule rule) {
        String stem = cut(word, rule.suffix.length());
        return rule.when.test(stem) ? stem + rule.replacement : word;
    }

    private static Rule[] rules(Predicate<String> when, String... pairs) {
        var rules = new Rule[pairs.length / 2];
        for (int i = 0; i < rules.length; i++) rules[i] = new Rule(pairs[2 * i], pairs[2 * i + 1], when);
        return rules;
    }

    private static String cut(String word, int letters) {
        return word.substring(0, word.length() - letters);
    }

    /** y is a consonant at the start and after a vowel. */
    private static boolean isConsonant(String word, int i) {
        char letter = word.charAt(i);
        if ("aeiou".indexOf(letter) >= 0) return false;
        return letter != 'y' || i == 0 || !isConsonant(word, i - 1);
    }

    /** Porter's m: how often a consonant follows a vowel. */
    private static int measure(String stem) {
        int count = 0;
        for (int i = 1; i < stem.length(); i++) if (isConsonant(stem, i) && !isConsonant(stem, i - 1)) count++;
        return count;
    }

    private static boolean hasVowel(String stem) {
        for (int i = 0; i < stem.length(); i++) if (!isConsonant(stem, i)) return true;
        return false;
    }

    /** Porter's *o: consonant, vowel, consonant other than w, x, y; NLTK: also a word of vowel and consonant. */
    private static boolean endsShort(String word) {
        int n = word.length();
        if (n == 2) return !isConsonant(word, 0) && isConsonant(word, 1);
        return n >= 3
                && isConsonant(word, n - 3)
                && !isConsonant(word, n - 2)
                && isConsonant(word, n - 1)
                && "wxy".indexOf(word.charAt(n - 1)) < 0;
    }
}
