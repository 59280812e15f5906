package world;

import java.util.ArrayList;
import java.util.List;

/** The ordinary things that facts are made of: what an answer can be, beside a name. */
final class Things {

    static final List<String> COLOURS = words("red blue green yellow white black grey brown pink golden purple orange");
    static final List<String> JOBS = words("""
                    baker potter weaver fisher miller smith painter gardener shepherd tailor carpenter cook doctor \
                    teacher sailor farmer hunter drummer dancer cobbler writer guard""");
    static final List<String> PETS =
            words("cat dog goat hen duck goose rabbit mouse parrot turtle pony lamb hedgehog frog pig donkey");
    static final List<String> FODDER =
            words("moss berries ants fish nuts seeds bark honey snails worms grass eggs mushrooms flies clover reeds");
    static final List<String> PLACES = phrases("""
                    caves, swamps, forests, meadows, hedges, dunes, barns, ponds, hollow trees, old walls, high \
                    cliffs, dry wells""");
    static final List<String> INGREDIENTS = words("""
                    beans plums onions lentils nuts eggs oats mushrooms carrots apples peas turnips cherries leeks \
                    pumpkins pears figs berries""");
    static final List<String> TASTES = words("sweet sour salty bitter spicy mild smoky nutty");
    static final List<String> MONTHS =
            words("January February March April May June July August September October November December");
    static final List<String> CUSTOMS = phrases("""
                    throw flowers, dance on ropes, carry lamps, wear masks, ring bells, climb poles, jump over \
                    fires, walk on stilts, race in sacks, paint their faces, roll barrels, fly kites, blow horns, \
                    plant trees, float candles, throw rice, beat drums, build towers, hide eggs, swim at night, \
                    eat in silence, sing until morning, wash the walls, feed the birds, tell riddles, burn old \
                    shoes, sleep on roofs, break clay pots, dress as owls, give away hats, ride on goats, bake \
                    long bread""");
    static final List<String> QUEENLY = words("Queen Lady Princess");
    static final List<String> KINGLY = words("King Lord Prince");
    static final List<String> GOODS = goods();

    private Things() {}

    private static List<String> words(String list) {
        return List.of(list.split(" ", -1));
    }

    private static List<String> phrases(String list) {
        return List.of(list.split(", ", -1));
    }

    private static List<String> goods() {
        List<String> goods = new ArrayList<>();
        for (String stuff : words("glass clay silver copper paper wooden silk stone")) {
            for (String thing : words("bells pots rings boats cups dolls lamps combs")) {
                goods.add(stuff + " " + thing);
            }
        }
        return goods;
    }
}
