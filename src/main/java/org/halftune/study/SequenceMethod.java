package org.halftune.study;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.halftune.continual.ContinualMethod;
import org.halftune.optim.GradientConstraint;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;

/** {@code continual_method} of a study file and the keys that belong to it, as in {@code halftune continual}. */
final class SequenceMethod {
    private static final List<String> NAMES = List.of("seqft", "replay", "gem");

    /** All keys of a method that are about sequences; those of one continual method begin with its name. */
    static final List<String> KEYS =
            List.of("continual_method", "replay_memory", "replay_share", "gem_memory", "gem_batch", "gem_strength");

    private SequenceMethod() {}

    /** @throws InputError if the method is unknown, or a key belongs to another one */
    static ContinualMethod of(StudyKeys keys) {
        var name = keys.text("continual_method").orElse("seqft");
        if (!NAMES.contains(name)) {
            throw StudyKeys.wrong(
                    keys.required("continual_method", ""),
                    Spelling.didYouMean(name, NAMES, "choose from " + String.join(", ", NAMES)));
        }
        refuseOthers(keys, name);
        return switch (name) {
            case "replay" ->
                new ContinualMethod.Replay(
                        number(keys, "replay_memory", ContinualMethod.DEFAULT_MEMORY),
                        keys.find("replay_share").isPresent()
                                ? OptionalDouble.of(number(keys, "replay_share", 0))
                                : OptionalDouble.empty());
            case "gem" ->
                new ContinualMethod.Gem(
                        number(keys, "gem_memory", ContinualMethod.DEFAULT_MEMORY),
                        batch(keys),
                        number(keys, "gem_strength", GradientConstraint.EpisodicMemory.USUAL_STRENGTH));
            default -> new ContinualMethod.SeqFt();
        };
    }

    private static double number(StudyKeys keys, String key, double otherwise) {
        return keys.numbers(key).stream().findFirst().orElse(otherwise);
    }

    private static OptionalInt batch(StudyKeys keys) {
        var rows = keys.wholes("gem_batch");
        if (rows.isEmpty()) return OptionalInt.empty();
        long count = rows.getFirst();
        if (count >= 1 && count <= Integer.MAX_VALUE) return OptionalInt.of((int) count);
        throw StudyKeys.wrong(keys.required("gem_batch", ""), "give a number of rows, at least 1");
    }

    private static void refuseOthers(StudyKeys keys, String name) {
        for (var key : KEYS) {
            if (key.startsWith("continual")
                    || key.startsWith(name)
                    || keys.find(key).isEmpty()) continue;
            throw new InputError(
                    key + " has no effect with continual_method " + name,
                    StudyKeys.at(keys.required(key, "")),
                    "remove it");
        }
    }
}
