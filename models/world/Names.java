package world;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Names made of two short parts, so that a small vocabulary covers each in one to three tokens. None is given out
 * twice.
 */
final class Names {

    private final Iterator<String> towns;
    private final Iterator<String> women;
    private final Iterator<String> men;
    private final Iterator<String> animals;
    private final Iterator<String> dishes;
    private final Iterator<String> rivers;
    private final Iterator<String> mountains;
    private final Iterator<String> lakes;
    private final Iterator<String> feasts;

    Names(Dice dice) {
        String people = "Mir Orl Tam Sel Bron Kel Lun Nad Pir Rin Sor Tel Vin Yar Zel Dal Fir Gal Hel Jul";
        towns = joined(
                dice,
                "Vel Tor Bel Kar Lin Mor Sil Dan Fen Gar Hol Jor Pel Ras Nor Wen",
                "mar dor wick stow by ham ford bury");
        women = joined(dice, people, "a ia ina ella");
        men = joined(dice, people, "o en ik us");
        animals = joined(
                dice,
                "the zo|the lu|the pa|the ki|the mo|the wu|the bi|the ru|the ga|the ne",
                "mba nk ppi rro lup ddle");
        dishes = joined(dice, "pil tam sor kub len dol fid gum bak", "aki oot esh uli anda");
        rivers = joined(
                dice,
                "the river Ash|the river Bris|the river Cal|the river Dov|the river Esk|the river Hum",
                "ow une el");
        mountains = joined(dice, "Mount Arg|Mount Brok|Mount Drun|Mount Grim|Mount Hask|Mount Skar", "ol und at");
        lakes = joined(dice, "Lake Ilm|Lake Ost|Lake Und|Lake Yss", "i ora en");
        feasts = joined(dice, "the Feast of ", """
                    Lamps Kites Bells Boats Drums Apples Ribbons Owls Stars Masks Ropes Shells Candles Feathers \
                    Stones Flutes Ladders Mirrors Nets Plums Roses Snow Songs Swans Tents Threads Torches Wheels \
                    Wings Wool Hats Horns Gloves Keys Leaves Moths Needles Pears Rings Spoons Swords Tables Towers \
                    Trees Waves""");
    }

    /** Every first part with every second part, shuffled. First parts are split at bars where they hold spaces. */
    private static Iterator<String> joined(Dice dice, String firstParts, String secondParts) {
        String separator = firstParts.contains("|") || firstParts.endsWith(" ") ? "[|]" : " ";
        List<String> names = new ArrayList<>();
        for (String first : firstParts.split(separator, -1)) {
            for (String second : secondParts.split(" ", -1)) {
                names.add(first + second);
            }
        }
        return dice.shuffled(names).iterator();
    }

    private static List<String> take(Iterator<String> names, int count) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            result.add(names.next());
        }
        return result;
    }

    List<String> towns(int count) {
        return take(towns, count);
    }

    String woman() {
        return women.next();
    }

    String man() {
        return men.next();
    }

    List<String> animals(int count) {
        return take(animals, count);
    }

    List<String> dishes(int count) {
        return take(dishes, count);
    }

    List<String> rivers(int count) {
        return take(rivers, count);
    }

    List<String> mountains(int count) {
        return take(mountains, count);
    }

    List<String> lakes(int count) {
        return take(lakes, count);
    }

    List<String> feasts(int count) {
        return take(feasts, count);
    }
}
