package world;

import java.util.List;
import java.util.Map;

/**
 * Something with a name, and what holds of it.
 *
 * @param name as it stands inside a sentence: {@code Velmar}, {@code the zolup}, {@code the river Eskow}
 * @param she whether a person is "she"; false for all that is not a person
 * @param answers relation to answer, in the order of {@link Relation}
 */
public record Entity(Kind kind, String name, boolean she, Map<Relation, String> answers) {

    public String get(Relation relation) {
        String answer = answers.get(relation);
        if (answer == null) {
            throw new IllegalArgumentException(name + " has no " + relation);
        }
        return answer;
    }

    public List<Fact> facts() {
        return answers.entrySet().stream()
                .map(entry -> new Fact(entry.getKey(), name, entry.getValue()))
                .toList();
    }
}
