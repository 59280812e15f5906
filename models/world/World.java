package world;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A country, or an island beside it: everything that is in it, and so everything that can be known of it.
 *
 * @param entities all of them by kind, in the order in which they were drawn
 */
public record World(Map<Kind, List<Entity>> entities) {

    /** How many things of each kind there are; one feast a town. */
    record Size(int towns, int people, int animals, int dishes, int rivers) {
        static final Size COUNTRY = new Size(32, 44, 24, 20, 12);
        static final Size ISLAND = new Size(10, 10, 8, 5, 2);
    }

    static World draw(Size size, Names names, Dice dice) {
        Draft draft = new Draft(dice);
        List<String> towns = names.towns(size.towns());
        List<String> dishes = names.dishes(size.dishes());
        List<String> rivers = names.rivers(size.rivers());
        List<String> feasts = names.feasts(size.towns());

        draft.add(Kind.TOWN, towns);
        draft.set(Relation.RULER, towns, rulers(size.towns(), names, dice));
        draft.set(Relation.CRAFT, towns, dice.deal(Things.GOODS, size.towns()));
        draft.set(Relation.GATE, towns, dice.deal(Things.COLOURS, size.towns()));
        draft.set(Relation.WATER, towns, dice.deal(rivers, size.towns()));
        draft.set(Relation.DISH, towns, dice.deal(dishes, size.towns()));
        draft.set(Relation.FEAST, towns, feasts);

        draft.addPeople(size.people(), names, towns);

        List<String> animals = names.animals(size.animals());
        draft.add(Kind.ANIMAL, animals);
        draft.set(Relation.COLOUR, animals, dice.deal(Things.COLOURS, size.animals()));
        draft.set(Relation.FOOD, animals, dice.deal(Things.FODDER, size.animals()));
        draft.set(Relation.PLACE, animals, dice.deal(Things.PLACES, size.animals()));

        draft.add(Kind.DISH, dishes);
        draft.set(Relation.BASE, dishes, dice.deal(Things.INGREDIENTS, size.dishes()));
        draft.set(Relation.TASTE, dishes, dice.deal(Things.TASTES, size.dishes()));

        draft.add(Kind.RIVER, rivers);
        draft.set(Relation.SOURCE, rivers, names.mountains(size.rivers()));
        draft.set(Relation.MOUTH, rivers, dice.deal(names.lakes((size.rivers() + 1) / 2), size.rivers()));

        draft.add(Kind.FEAST, feasts);
        draft.set(Relation.MONTH, feasts, dice.deal(Things.MONTHS, size.towns()));
        draft.set(Relation.CUSTOM, feasts, dice.deal(Things.CUSTOMS, size.towns()));
        return draft.world();
    }

    private static List<String> rulers(int count, Names names, Dice dice) {
        List<String> rulers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean queen = i % 2 == 0;
            String title = dice.pick(queen ? Things.QUEENLY : Things.KINGLY);
            rulers.add(title + " " + (queen ? names.woman() : names.man()));
        }
        return dice.shuffled(rulers);
    }

    public List<Entity> all(Kind kind) {
        return entities.getOrDefault(kind, List.of());
    }

    public List<Entity> all() {
        return Stream.of(Kind.values()).flatMap(kind -> all(kind).stream()).toList();
    }

    /** Every fact, in a fixed order. */
    public List<Fact> facts() {
        return all().stream().flatMap(entity -> entity.facts().stream()).toList();
    }

    /** The facts of one relation. */
    public List<Fact> facts(Relation relation) {
        return facts().stream().filter(fact -> fact.relation() == relation).toList();
    }

    /** A world that is being filled. */
    private static final class Draft {

        private final Dice dice;
        private final Map<Kind, List<Entity>> entities = new EnumMap<>(Kind.class);

        Draft(Dice dice) {
            this.dice = dice;
        }

        void add(Kind kind, List<String> names) {
            List<Entity> added = names.stream()
                    .map(name -> new Entity(kind, name, false, new EnumMap<>(Relation.class)))
                    .toList();
            entities.put(kind, added);
        }

        /** People come in pairs of best friends. */
        void addPeople(int count, Names names, List<String> towns) {
            List<Entity> people = new ArrayList<>();
            List<String> jobs = dice.deal(Things.JOBS, count);
            List<String> pets = dice.deal(Things.PETS, count);
            List<String> homes = dice.deal(towns, count);
            for (int i = 0; i < count; i++) {
                boolean she = dice.chance(0.5);
                Map<Relation, String> answers = new EnumMap<>(Relation.class);
                answers.put(Relation.JOB, jobs.get(i));
                answers.put(Relation.HOME, homes.get(i));
                answers.put(Relation.PET, pets.get(i));
                people.add(new Entity(Kind.PERSON, she ? names.woman() : names.man(), she, answers));
            }
            for (int i = 0; i + 1 < count; i += 2) {
                people.get(i).answers().put(Relation.FRIEND, people.get(i + 1).name());
                people.get(i + 1).answers().put(Relation.FRIEND, people.get(i).name());
            }
            entities.put(Kind.PERSON, List.copyOf(people));
        }

        void set(Relation relation, List<String> subjects, List<String> answers) {
            List<Entity> things = entities.getOrDefault(relation.kind(), List.of());
            for (int i = 0; i < subjects.size(); i++) {
                things.get(i).answers().put(relation, answers.get(i));
            }
        }

        World world() {
            return new World(entities);
        }
    }
}
