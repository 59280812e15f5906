package world;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells the plots with the people of the world, true to every fact. */
final class Stories {

    private static final List<String> THINGS =
            List.of("hat", "key", "ball", "drum", "book", "spoon", "kite", "bell", "doll", "shoe", "rope", "flute");

    private final World world;
    private final Dice dice;
    private final Map<String, Entity> byName = new HashMap<>();

    Stories(World world, Dice dice) {
        this.world = world;
        this.dice = dice;
        for (Kind kind : Kind.values()) {
            world.all(kind).forEach(entity -> byName.put(entity.name(), entity));
        }
    }

    /** A story of the corpus ({@code heldOut} false), or one whose hero never meets that plot in the corpus. */
    String tell(boolean heldOut) {
        while (true) {
            int hero = dice.below(world.all(Kind.PERSON).size());
            Plot plot = dice.pick(List.of(Plot.values()));
            if (isHeldOut(hero, plot) == heldOut) {
                return new Template(slots(world.all(Kind.PERSON).get(hero)), dice).fill(plot.text());
            }
        }
    }

    /** About one pair of hero and plot in eleven is kept out of the corpus. */
    private static boolean isHeldOut(int hero, Plot plot) {
        return (hero * 7 + plot.ordinal() * 3) % 11 == 0;
    }

    private Map<String, String> slots(Entity hero) {
        Entity friend = named(hero.get(Relation.FRIEND));
        Entity home = named(hero.get(Relation.HOME));
        Entity feast = named(home.get(Relation.FEAST));
        Entity river = named(home.get(Relation.WATER));
        Entity animal = dice.pick(world.all(Kind.ANIMAL));
        Map<String, String> slots = new HashMap<>();
        slots.put("hero", hero.name());
        slots.put("he", hero.she() ? "she" : "he");
        slots.put("him", hero.she() ? "her" : "him");
        slots.put("his", hero.she() ? "her" : "his");
        slots.put("job", hero.get(Relation.JOB));
        slots.put("pet", hero.get(Relation.PET));
        slots.put("friend", friend.name());
        slots.put("fhe", friend.she() ? "she" : "he");
        slots.put("fhim", friend.she() ? "her" : "him");
        slots.put("home", home.name());
        slots.put("gate", home.get(Relation.GATE));
        slots.put("goods", home.get(Relation.CRAFT));
        slots.put("dish", home.get(Relation.DISH));
        slots.put("ruler", home.get(Relation.RULER));
        slots.put("river", river.name());
        slots.put("mouth", river.get(Relation.MOUTH));
        slots.put("feast", feast.name());
        slots.put("month", feast.get(Relation.MONTH));
        slots.put("custom", feast.get(Relation.CUSTOM));
        slots.put("animal", animal.name());
        slots.put("fur", animal.get(Relation.COLOUR));
        slots.put("food", animal.get(Relation.FOOD));
        slots.put("place", animal.get(Relation.PLACE));
        slots.put("thing", dice.pick(THINGS));
        slots.put("colour", dice.pick(Things.COLOURS));
        return slots;
    }

    private Entity named(String name) {
        Entity entity = byName.get(name);
        if (entity == null) {
            throw new IllegalArgumentException("nothing is called " + name);
        }
        return entity;
    }
}
