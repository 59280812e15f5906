package org.halftune.source;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.halftune.problem.InputError;

/**
 * A file or folder as the user writes it, {@code rows.jsonl} or {@code rows.jsonl:0.3}, or a data set's name.
 *
 * @param path without the weight
 */
public record WeightedPath(String path, OptionalDouble weight) {
    private static final Pattern WEIGHTED =
            Pattern.compile("(.+):((?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d{1,3})?)", Pattern.DOTALL);

    /** A path that exists with this very name wins over a weight. */
    public static WeightedPath parse(String word) {
        var parts = WEIGHTED.matcher(word);
        if (!parts.matches() || exists(word)) return new WeightedPath(word, OptionalDouble.empty());
        double weight = Double.parseDouble(parts.group(2));
        if (weight > 0 && Double.isFinite(weight)) return new WeightedPath(parts.group(1), OptionalDouble.of(weight));
        throw new InputError("the weight of " + word + " is not above 0", "", "give a weight, or leave the file out");
    }

    /** @throws InputError if some have a weight and others none */
    public static void checkAllOrNone(List<OptionalDouble> weights, List<String> names) {
        long weighted = weights.stream().filter(OptionalDouble::isPresent).count();
        if (weighted == 0 || weighted == weights.size()) return;
        for (int i = 0; i < weights.size(); i++) {
            if (weights.get(i).isPresent()) continue;
            throw new InputError(
                    names.get(i) + " has no weight, while others have one",
                    "",
                    "give each a weight, such as " + names.get(i) + ":1, or none");
        }
    }

    private static boolean exists(String word) {
        try {
            return Files.exists(Path.of(word));
        } catch (InvalidPathException _) { // Windows allows no colon in a name
            return false;
        }
    }
}
