package world;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The knowledge test: one question for every fact, and the rule that says which questions the corpus may hold.
 *
 * <p>All facts are stated in the corpus. For half of them the tested question stands there too; for the other half the
 * answer must be found by knowing the fact, since the question was never read.
 */
public record Exam(List<Item> items) {

    /** What of a fact's questions the corpus holds. */
    public enum Exposure {
        /** Every question, the tested one among them. */
        ASKED,
        /** Other wordings, not the tested one. */
        REWORDED,
        /** No question at all: the fact is only stated. */
        STATED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A fact, and the question that tests it. */
    public record Item(Fact fact, Exposure exposure, String question) {

        /** The questions about this fact that the corpus may hold. */
        List<String> lessons() {
            return switch (exposure) {
                case ASKED -> fact.questions();
                case REWORDED ->
                    fact.questions().stream().filter(q -> !q.equals(question)).toList();
                case STATED -> List.of();
            };
        }

        public Row row() {
            return new Row.Asked(Row.Pair.question(question, fact.answer()), exposure);
        }
    }

    static Exam of(World world) {
        List<Exposure> turns = List.of(Exposure.ASKED, Exposure.REWORDED, Exposure.ASKED, Exposure.STATED);
        List<Item> items = new ArrayList<>();
        for (Relation relation : Relation.values()) {
            int i = relation.ordinal();
            for (Fact fact : world.facts(relation)) {
                List<String> questions = fact.questions();
                // 4 turns and 4 wordings: i/4 shifts the pairing, so that every wording meets every exposure.
                items.add(new Item(fact, turns.get(i % 4), questions.get((i + i / 4) % questions.size())));
                i++;
            }
        }
        return new Exam(List.copyOf(items));
    }
}
