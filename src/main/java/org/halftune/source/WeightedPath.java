package org.halftune.source;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.halftune.problem.InputError;

/**
 * A file, folder or data set name with an optional weight: {@code rows.jsonl} or {@code rows.jsonl:0.3}.
 *
 * @param path without the weight
 */
public record WeightedPath(String path, OptionalDouble weight) {
    private static final Pattern WEIGHTED =
            Pattern.compile("(.+):((?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d{1,3})?)", Pattern.DOTALL);

    /** Parses an argument. If a file with this exact name exists, the argument has no weight. */
    public static WeightedPath parse(String word) {
        var parts = WEIGHTED.matcher(word);
        if (!parts.matches() || exists(word)) return new WeightedPath(word, OptionalDouble.empty());
        double weight = Double.parseDouble(parts.group(2));
        if (weight > 0 && Double.isFinite(weight)) return new WeightedPath(parts.group(1), OptionalDouble.of(weight));
        throw new InputError(
                "the weight of " + word + " is not above 0", "", "use a positive weight, or remove the file");
    }

    /** @throws InputError if only some have a weight */
    public static void checkAllOrNone(List<OptionalDouble> weights, List<String> names) {
        long weighted = weights.stream().filter(OptionalDouble::isPresent).count();
        if (weighted == 0 || weighted == weights.size()) return;
        for (int i = 0; i < weights.size(); i++) {
            if (weights.get(i).isPresent()) continue;
            throw new InputError(
                    names.get(i) + " has no weight, but others have one",
                    "",
                    "give every file a weight, such as " + names.get(i) + ":1, or none of them");
        }
    }

    private static boolean exists(String word) {
        try {
            return Files.exists(Path.of(word));
        } catch (InvalidPathException _) { // on Windows a colon is not allowed in names
            return false;
        }
    }
}
