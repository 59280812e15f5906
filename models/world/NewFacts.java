package world;

import java.util.ArrayList;
import java.util.List;

/**
 * Two tasks of new knowledge: a land that was never heard of, and a country in which well-known things have changed.
 */
final class NewFacts {

    private static final List<Relation> CHANGING =
            List.of(Relation.RULER, Relation.CRAFT, Relation.GATE, Relation.DISH, Relation.FEAST);

    private NewFacts() {}

    /**
     * Facts about an island, asked for. Each fact is tested by the one wording of its question that training leaves out
     * (and uses for other facts); training asks the other three and lets two statements be completed.
     */
    static Task island(World island, Dice dice) {
        List<Row.Pair> train = new ArrayList<>();
        List<Row.Pair> test = new ArrayList<>();
        for (Fact fact : island.facts()) {
            List<String> questions = dice.shuffled(fact.questions());
            test.add(Row.Pair.question(questions.getFirst(), fact.answer()));
            for (String question : questions.subList(1, questions.size())) {
                train.add(Row.Pair.question(question, fact.answer()));
            }
            List<String> endings = fact.statements().stream()
                    .filter(statement -> statement.endsWith(" " + fact.answer() + "."))
                    .toList();
            for (String statement : dice.shuffled(endings).subList(0, Math.min(2, endings.size()))) {
                String opening = statement.substring(
                        0, statement.length() - fact.answer().length() - 2);
                train.add(new Row.Pair("Complete: " + opening + "\nAnswer:", " " + fact.answer()));
            }
        }
        return new Task("island", dice.shuffled(train), dice.shuffled(test));
    }

    /**
     * "In the new age" towns have other rulers, goods, gates, dishes and feasts. What held before still holds when the
     * new age is not named, so this task shows most plainly what learning overwrites.
     */
    static Task newAge(World country, Dice dice) {
        List<String> frames = List.of("In the new age, ", "Now that the new age is here, ");
        List<Row.Pair> train = new ArrayList<>();
        List<Row.Pair> test = new ArrayList<>();
        for (Relation relation : CHANGING) {
            for (Fact fact : changed(country.facts(relation), dice)) {
                List<String> questions = dice.shuffled(fact.questions());
                test.add(
                        Row.Pair.question(frames.getFirst() + Fact.uncapitalised(questions.getFirst()), fact.answer()));
                for (String question : questions.subList(1, questions.size())) {
                    for (String frame : frames) {
                        train.add(Row.Pair.question(frame + Fact.uncapitalised(question), fact.answer()));
                    }
                }
            }
        }
        return new Task("new-age", dice.shuffled(train), dice.shuffled(test));
    }

    /** The same subjects with each other's answers; none keeps its own. */
    static List<Fact> changed(List<Fact> facts, Dice dice) {
        while (true) {
            List<Fact> others = dice.shuffled(facts);
            List<Fact> result = new ArrayList<>();
            for (int i = 0; i < facts.size(); i++) {
                Fact fact = facts.get(i);
                if (!others.get(i).answer().equals(fact.answer())) {
                    result.add(new Fact(
                            fact.relation(), fact.subject(), others.get(i).answer()));
                }
            }
            if (result.size() == facts.size()) {
                return result;
            }
        }
    }
}
