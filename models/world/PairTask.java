package world;

import java.util.ArrayList;
import java.util.List;

/**
 * Something to prefer, absent from the corpus: for tuning by preference pairs.
 *
 * @param name the folder's name
 * @param train pairs to learn from
 * @param test pairs to be scored by which answer is preferred; none of their prompts is in {@code train}
 */
public record PairTask(String name, List<Row.Preference> train, List<Row.Preference> test) {

    /** Wrong answers to each training question. */
    private static final int WRONG = 2;

    /**
     * What is true of an island: the right answer is preferred to one that is right for another subject. Every answer is preferred
     * in some pairs and rejected in others, so it is of no use to know the answers without the subjects. As in the task of the
     * island's facts, each is tested by the one wording of its question that training leaves out.
     */
    static PairTask island(World island, Dice dice) {
        List<Row.Preference> train = new ArrayList<>();
        List<Row.Preference> test = new ArrayList<>();
        for (Fact fact : island.facts()) {
            List<String> wrong = island.facts(fact.relation()).stream()
                    .map(Fact::answer)
                    .distinct()
                    .filter(answer -> !answer.equals(fact.answer()))
                    .toList();
            if (wrong.isEmpty()) {
                continue; // the island has one answer of this kind
            }
            List<String> questions = dice.shuffled(fact.questions());
            test.add(Row.Preference.question(questions.getFirst(), fact.answer(), dice.pick(wrong)));
            for (String question : questions.subList(1, questions.size())) {
                for (String other : dice.shuffled(wrong).subList(0, Math.min(WRONG, wrong.size()))) {
                    train.add(Row.Preference.question(question, fact.answer(), other));
                }
            }
        }
        return new PairTask("island-pairs", dice.shuffled(train), dice.shuffled(test));
    }
}
