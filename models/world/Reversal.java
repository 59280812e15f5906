package world;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A task of procedure: say three words in reverse order. */
final class Reversal {

    private static final List<String> WORDS =
            List.of(("bell boat book bread bridge cart coat cup door drum fire fish goat hat house "
                            + "key lamp milk moon rain ring river rope shoe snow spoon star stone tree wall")
                    .split(" ", -1));

    private Reversal() {}

    static Task task(Dice dice) {
        Set<List<String>> drawn = new HashSet<>();
        List<Row.Pair> rows = new ArrayList<>();
        while (rows.size() < 1160) {
            List<String> words = dice.shuffled(WORDS).subList(0, 3);
            if (drawn.add(words)) {
                rows.add(new Row.Pair(
                        "Turn around: " + String.join(" ", words) + "\nAround:",
                        " " + String.join(" ", words.reversed())));
            }
        }
        return Task.split("reversal", rows, 160, 1000);
    }
}
