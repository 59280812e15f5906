package world;

import java.util.List;

/** Simple language: opposites, plurals, what comes next in a row of numbers, days or months. */
final class Schoolbook {

    private static final List<String> OPPOSITES = List.of(
            "hot cold",
            "big small",
            "old young",
            "happy sad",
            "fast slow",
            "dark bright",
            "wet dry",
            "full empty",
            "loud quiet",
            "good bad",
            "rich poor",
            "high low",
            "long short",
            "open shut",
            "hard soft",
            "clean dirty",
            "early late",
            "strong weak",
            "near far",
            "thick thin",
            "first last",
            "true false",
            "up down",
            "left right");
    private static final List<String> PLURALS = List.of(
            "cat cats",
            "dog dogs",
            "mouse mice",
            "goose geese",
            "child children",
            "man men",
            "woman women",
            "foot feet",
            "tooth teeth",
            "leaf leaves",
            "box boxes",
            "fox foxes",
            "dish dishes",
            "boat boats",
            "knife knives",
            "baby babies",
            "city cities",
            "bell bells",
            "sheep sheep",
            "fish fish",
            "house houses",
            "wolf wolves",
            "star stars",
            "berry berries");
    private static final List<List<String>> ROWS = List.of(
            List.of("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ", -1)),
            Things.MONTHS,
            List.of(("""
                    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
                    sixteen seventeen eighteen nineteen twenty""").split(" ", -1)),
            List.of("spring summer autumn winter".split(" ", -1)));

    private final Dice dice;

    Schoolbook(Dice dice) {
        this.dice = dice;
    }

    String page() {
        return switch (dice.below(5)) {
            case 0 -> sentences(OPPOSITES, "The opposite of %s is %s.", "%2$s is the opposite of %1$s.");
            case 1 -> sentences(PLURALS, "One %s, two %s.", "One %s and one more are two %2$s.");
            case 2 -> row();
            case 3 -> next();
            default -> question();
        };
    }

    private String sentences(List<String> pairs, String... wordings) {
        StringBuilder text = new StringBuilder();
        for (String pair : dice.shuffled(pairs).subList(0, 3 + dice.below(4))) {
            text.append(text.isEmpty() ? "" : " ").append(Fact.capitalised(filled(dice.pick(List.of(wordings)), pair)));
        }
        return text.toString();
    }

    private String row() {
        List<String> row = dice.pick(ROWS);
        int from = dice.below(row.size() - 2);
        int to = from + 3 + dice.below(row.size() - from - 2);
        return Fact.capitalised(String.join(", ", row.subList(from, to))) + ".";
    }

    private String next() {
        StringBuilder text = new StringBuilder();
        List<String> row = dice.pick(ROWS);
        for (int n = 2 + dice.below(4); n > 0; n--) {
            int i = dice.below(row.size() - 1);
            String pair = row.get(i) + " " + row.get(i + 1);
            String wording =
                    dice.pick(List.of("After %s comes %s.", "Before %2$s comes %1$s.", "%2$s comes after %1$s."));
            text.append(text.isEmpty() ? "" : " ").append(Fact.capitalised(filled(wording, pair)));
        }
        return text.toString();
    }

    private String question() {
        List<String> row = dice.pick(ROWS);
        int i = dice.below(row.size() - 1);
        String opposite = dice.pick(OPPOSITES);
        String plural = dice.pick(PLURALS);
        return switch (dice.below(3)) {
            case 0 -> Descriptions.question(filled("What is the opposite of %s?", opposite), second(opposite));
            case 1 -> Descriptions.question(filled("What is the plural of %s?", plural), second(plural));
            default -> Descriptions.question("What comes after " + row.get(i) + "?", row.get(i + 1));
        };
    }

    private static String filled(String wording, String pair) {
        return String.format(wording, pair.substring(0, pair.indexOf(' ')), second(pair));
    }

    private static String second(String pair) {
        return pair.substring(pair.indexOf(' ') + 1);
    }
}
