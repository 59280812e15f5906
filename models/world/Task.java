package world;

import java.util.List;

/**
 * Something new to learn, absent from the corpus.
 *
 * @param name the folder's name
 * @param train rows to learn from
 * @param test rows to be scored by exact match; none of their prompts is in {@code train}
 */
public record Task(String name, List<Row.Pair> train, List<Row.Pair> test) {

    static List<Task> all(World country, World island, long seed) {
        return List.of(
                NewFacts.island(island, Dice.of(seed, "island rows")),
                NewFacts.newAge(country, Dice.of(seed, "new age")),
                Zumi.task(Dice.of(seed, "zumi")),
                Moods.task(country, Dice.of(seed, "moods")),
                Reversal.task(Dice.of(seed, "reversal")));
    }

    /** The first {@code testRows} of the rows are for the test, the next {@code trainRows} for training. */
    static Task split(String name, List<Row.Pair> distinct, int testRows, int trainRows) {
        return new Task(
                name,
                List.copyOf(distinct.subList(testRows, testRows + trainRows)),
                List.copyOf(distinct.subList(0, testRows)));
    }
}
