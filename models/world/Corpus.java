package world;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The documents that the model is pretrained on, and held-out ones like them.
 *
 * @param training in the order of the file; some short ones are repeated
 * @param heldOut none stands in {@code training}; the stories pair people with plots that they never meet there
 */
public record Corpus(List<String> training, List<String> heldOut) {

    private static final int HELD_OUT_DOCUMENTS = 220;

    static Corpus write(World world, Exam exam, long seed, int documents) {
        Author author = new Author(world, exam, Dice.of(seed, "corpus"));
        List<String> training = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            training.add(author.document());
        }
        Set<String> known = new HashSet<>(training);
        Author other = new Author(world, exam, Dice.of(seed, "held-out"));
        Set<String> heldOut = new HashSet<>();
        List<String> ordered = new ArrayList<>();
        while (ordered.size() < HELD_OUT_DOCUMENTS) {
            String document = other.heldOutDocument();
            if (!known.contains(document) && heldOut.add(document)) {
                ordered.add(document);
            }
        }
        return new Corpus(List.copyOf(training), List.copyOf(ordered));
    }

    /** Decides what the next document is. */
    private static final class Author {

        private final Dice dice;
        private final Stories stories;
        private final Descriptions descriptions;
        private final Schoolbook schoolbook;

        Author(World world, Exam exam, Dice dice) {
            this.dice = dice;
            stories = new Stories(world, dice);
            descriptions = new Descriptions(world, exam, dice);
            schoolbook = new Schoolbook(dice);
        }

        /** Of 100 documents: 22 stories, 26 portraits, 10 lists, 28 lessons, 8 readings, 6 pages of the schoolbook. */
        String document() {
            int n = dice.below(100);
            if (n < 22) {
                return stories.tell(false);
            } else if (n < 48) {
                return descriptions.portrait();
            } else if (n < 58) {
                return descriptions.list();
            } else if (n < 86) {
                return descriptions.lesson();
            } else if (n < 94) {
                return descriptions.reading();
            }
            return schoolbook.page();
        }

        String heldOutDocument() {
            return dice.chance(0.6) ? stories.tell(true) : descriptions.portrait();
        }
    }
}
