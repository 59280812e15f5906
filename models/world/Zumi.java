package world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A task of translation: sentences of four words into Zumi, an invented language with one word for each of ours. */
final class Zumi {

    private static final List<String> ADJECTIVES =
            List.of("big small old young happy sad fast slow wet strong".split(" ", -1));
    private static final List<String> NOUNS =
            List.of("cat dog goat mouse goose baker potter child king rabbit sailor pig fox cook".split(" ", -1));
    private static final List<String> VERBS =
            List.of("sings sleeps runs eats works swims laughs waits hides falls".split(" ", -1));

    private Zumi() {}

    static Task task(Dice dice) {
        Iterator<String> words = words(dice).iterator();
        Map<String, String> zumi = new HashMap<>();
        zumi.put("the", words.next());
        ADJECTIVES.forEach(word -> zumi.put(word, words.next()));
        NOUNS.forEach(word -> zumi.put(word, words.next()));
        VERBS.forEach(word -> zumi.put(word, words.next()));

        List<Row.Pair> rows = new ArrayList<>();
        for (String adjective : ADJECTIVES) {
            for (String noun : NOUNS) {
                for (String verb : VERBS) {
                    List<String> sentence = List.of("the", adjective, noun, verb);
                    StringBuilder translation = new StringBuilder();
                    sentence.forEach(word -> translation.append(' ').append(zumi.get(word)));
                    rows.add(new Row.Pair(
                            "Say in Zumi: " + String.join(" ", sentence) + "\nZumi:", translation.toString()));
                }
            }
        }
        return Task.split("zumi", dice.shuffled(rows), 160, 1000);
    }

    private static List<String> words(Dice dice) {
        List<String> words = new ArrayList<>();
        for (String first : "ba de ki lo mu na po ri su ta ve zo".split(" ", -1)) {
            for (String second : "ma ni ro tu ze".split(" ", -1)) {
                words.add(first + second);
            }
        }
        return dice.shuffled(words);
    }
}
