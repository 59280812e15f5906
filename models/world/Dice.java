package world;

import java.util.ArrayList;
import java.util.List;

/**
 * The only source of chance: SplitMix64 (Steele, Lea and Flood 2014), written out so that no Java release can change
 * what a seed means.
 */
public final class Dice {

    private long state;

    public Dice(long seed) {
        state = seed;
    }

    /** Independent dice for a named purpose: adding a purpose leaves the throws of all others as they were. */
    public static Dice of(long seed, String purpose) {
        Dice dice = new Dice(seed);
        for (int i = 0; i < purpose.length(); i++) {
            dice.state = dice.next() ^ purpose.charAt(i);
        }
        return dice;
    }

    private long next() {
        state += 0x9e3779b97f4a7c15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [0, bound): the high half of a 32×32-bit product; its bias, below bound/2³², does not matter here. */
    public int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    public boolean chance(double probability) {
        return (next() >>> 11) * 0x1.0p-53 < probability;
    }

    public <T> T pick(List<T> items) {
        return items.get(below(items.size()));
    }

    /** A new list with the same items in random order (Fisher and Yates). */
    public <T> List<T> shuffled(List<T> items) {
        List<T> result = new ArrayList<>(items);
        for (int i = result.size() - 1; i > 0; i--) {
            int j = below(i + 1);
            T held = result.get(i);
            result.set(i, result.get(j));
            result.set(j, held);
        }
        return result;
    }

    /** {@code count} items, each used as often as any other, give or take one. */
    public <T> List<T> deal(List<T> items, int count) {
        List<T> hand = new ArrayList<>();
        while (hand.size() < count) {
            hand.addAll(shuffled(items));
        }
        return shuffled(hand.subList(0, count));
    }
}
