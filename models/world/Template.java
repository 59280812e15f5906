package world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Text with choices and slots: {@code [One|Another] day {hero} saw {animal}.}
 *
 * <p>{@code [a|b|c]} becomes one of its parts, drawn by the dice; choices may be nested and hold slots. {@code {hero}}
 * becomes the slot's value and {@code {Hero}} the same with a capital letter.
 */
final class Template {

    private final Map<String, String> slots;
    private final Dice dice;

    Template(Map<String, String> slots, Dice dice) {
        this.slots = slots;
        this.dice = dice;
    }

    String fill(String text) {
        StringBuilder result = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '[') {
                int end = closing(text, i);
                result.append(fill(dice.pick(parts(text.substring(i + 1, end)))));
                i = end + 1;
            } else if (c == '{') {
                int end = text.indexOf('}', i);
                result.append(slot(text.substring(i + 1, end)));
                i = end + 1;
            } else {
                result.append(c);
                i++;
            }
        }
        return result.toString();
    }

    private String slot(String name) {
        String value = slots.get(Fact.uncapitalised(name));
        if (value == null) {
            throw new IllegalArgumentException("no slot {" + name + "} among " + slots.keySet());
        }
        return Character.isUpperCase(name.charAt(0)) ? Fact.capitalised(value) : value;
    }

    /** The index of the bracket that closes the one at {@code open}. */
    private static int closing(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            if (text.charAt(i) == '[') {
                depth++;
            } else if (text.charAt(i) == ']' && --depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("no ] for the [ at " + open + " of: " + text);
    }

    /** The parts between the bars of the outermost level. */
    private static List<String> parts(String choice) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < choice.length(); i++) {
            switch (choice.charAt(i)) {
                case '[' -> depth++;
                case ']' -> depth--;
                case '|' -> {
                    if (depth == 0) {
                        parts.add(choice.substring(start, i));
                        start = i + 1;
                    }
                }
                default -> {}
            }
        }
        parts.add(choice.substring(start));
        return parts;
    }
}
