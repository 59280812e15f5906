package world;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Plain texts that state facts: about one thing, about a thing and what belongs to it, or about one relation of many things. */
final class Descriptions {

    private final World world;
    private final Exam exam;
    private final Dice dice;

    Descriptions(World world, Exam exam, Dice dice) {
        this.world = world;
        this.exam = exam;
        this.dice = dice;
    }

    /** Everything about one thing in random order; about a person, often the home too. */
    String portrait() {
        Entity entity = dice.pick(world.all(dice.pick(List.of(Kind.values()))));
        String text = paragraph(entity.facts());
        if (entity.kind() == Kind.PERSON && dice.chance(0.4)) {
            return text + "\n" + paragraph(named(Kind.TOWN, entity.get(Relation.HOME)).facts());
        }
        if (entity.kind() == Kind.TOWN && dice.chance(0.4)) {
            return text + "\n" + paragraph(named(Kind.FEAST, entity.get(Relation.FEAST)).facts());
        }
        return text;
    }

    /** One relation, several subjects. */
    String list() {
        List<Fact> facts = world.facts(dice.pick(List.of(Relation.values())));
        return paragraph(dice.shuffled(facts).subList(0, 4 + dice.below(5)));
    }

    /** A question and its answer, as the knowledge test puts them. */
    String lesson() {
        while (true) {
            Exam.Item item = dice.pick(exam.items());
            if (!item.lessons().isEmpty()) {
                return question(dice.pick(item.lessons()), item.fact().answer());
            }
        }
    }

    /** A portrait, then a question about it. */
    String reading() {
        while (true) {
            Exam.Item item = dice.pick(exam.items());
            if (!item.lessons().isEmpty()) {
                Entity entity = named(item.fact().relation().kind(), item.fact().subject());
                return paragraph(entity.facts())
                        + "\n"
                        + question(dice.pick(item.lessons()), item.fact().answer());
            }
        }
    }

    static String question(String question, String answer) {
        return "Question: " + question + "\nAnswer: " + answer;
    }

    private String paragraph(List<Fact> facts) {
        List<String> sentences = new ArrayList<>();
        for (Fact fact : dice.shuffled(facts)) {
            sentences.add(dice.pick(fact.statements()));
        }
        return sentences.stream().collect(Collectors.joining(" "));
    }

    private Entity named(Kind kind, String name) {
        return world.all(kind).stream()
                .filter(entity -> entity.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + kind + " is called " + name));
    }
}
