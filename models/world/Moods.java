package world;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A task of labelling: which mood a sentence tells of. Test sentences are new pairings of person and deeds. */
final class Moods {

    private static final Map<String, String> DEEDS = new LinkedHashMap<>();

    static {
        DEEDS.put(
                "glad",
                "laughed aloud|danced in the street|sang a merry song|hugged a friend|clapped both hands|won the race|"
                        + "got a lovely gift|jumped with joy");
        DEEDS.put(
                "sad",
                "cried all night|lost a dear friend|sat alone in the rain|could not smile|wept at the door|"
                        + "missed the feast|buried the old dog|hung a heavy head");
        DEEDS.put(
                "angry",
                "broke a cup|shouted at the guard|slammed the door|threw a stone|stamped both feet|"
                        + "called the miller a thief|tore the letter|kicked the fence");
        DEEDS.put(
                "afraid",
                "hid under the bed|ran from the wolf|shook at the thunder|dared not look|screamed in the dark|"
                        + "locked every door|held tight to the rope|would not cross the bridge");
        DEEDS.put(
                "calm",
                "sat by the quiet lake|watched the clouds|drank warm milk|slept until noon|read a long book|"
                        + "walked slowly home|listened to the wind|breathed deep and slow");
    }

    private Moods() {}

    static Task task(World country, Dice dice) {
        List<String> moods = List.copyOf(DEEDS.keySet());
        Set<String> told = new HashSet<>();
        List<Row.Pair> rows = new ArrayList<>();
        while (rows.size() < 1060) {
            String mood = moods.get(rows.size() % moods.size());
            List<String> deeds =
                    dice.shuffled(List.of(DEEDS.getOrDefault(mood, "").split("\\|", -1)));
            String sentence =
                    dice.pick(country.all(Kind.PERSON)).name() + " " + deeds.get(0) + " and " + deeds.get(1) + ".";
            if (told.add(sentence)) {
                rows.add(new Row.Pair("Sentence: " + sentence + "\nMood:", " " + mood));
            }
        }
        return Task.split("moods", dice.shuffled(rows), 160, 900);
    }
}
