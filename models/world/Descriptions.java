package world;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Plain texts that state facts: about one thing, about a thing and what belongs to it, or about one relation of many
 * things.
 */
final class Descriptions {

    private final World world;
    private final List<Entity> entities;
    private final Map<Relation, List<Fact>> facts = new EnumMap<>(Relation.class);
    private final List<Exam.Item> teachable;
    private final Dice dice;

    Descriptions(World world, Exam exam, Dice dice) {
        this.world = world;
        this.dice = dice;
        entities = world.all();
        for (Relation relation : Relation.values()) {
            facts.put(relation, world.facts(relation));
        }
        teachable =
                exam.items().stream().filter(item -> !item.lessons().isEmpty()).toList();
    }

    /** Everything about one thing in random order; about a person, often the home too. */
    String portrait() {
        Entity entity = dice.pick(entities);
        String text = paragraph(entity.facts());
        if (entity.kind() == Kind.PERSON && dice.chance(0.4)) {
            return text + "\n"
                    + paragraph(named(Kind.TOWN, entity.get(Relation.HOME)).facts());
        }
        if (entity.kind() == Kind.TOWN && dice.chance(0.4)) {
            return text + "\n"
                    + paragraph(named(Kind.FEAST, entity.get(Relation.FEAST)).facts());
        }
        return text;
    }

    /** One relation, several subjects. */
    String list() {
        List<Fact> candidates = facts.getOrDefault(dice.pick(List.of(Relation.values())), List.of());
        return paragraph(dice.shuffled(candidates).subList(0, 4 + dice.below(5)));
    }

    /** A question and its answer, as the knowledge test puts them. */
    String lesson() {
        Exam.Item item = dice.pick(teachable);
        return question(dice.pick(item.lessons()), item.fact().answer());
    }

    /** A portrait, then a question about it. */
    String reading() {
        Exam.Item item = dice.pick(teachable);
        Entity entity = named(item.fact().relation().kind(), item.fact().subject());
        return paragraph(entity.facts())
                + "\n"
                + question(dice.pick(item.lessons()), item.fact().answer());
    }

    static String question(String question, String answer) {
        return "Question: " + question + "\nAnswer: " + answer;
    }

    private String paragraph(List<Fact> told) {
        List<String> sentences = new ArrayList<>();
        for (Fact fact : dice.shuffled(told)) {
            sentences.add(fact.fill(dice.pick(fact.relation().statements())));
        }
        return String.join(" ", sentences);
    }

    private Entity named(Kind kind, String name) {
        return world.all(kind).stream()
                .filter(entity -> entity.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + kind + " is called " + name));
    }
}
