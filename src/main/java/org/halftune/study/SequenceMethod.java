package org.halftune.study;

import java.util.List;
import java.util.OptionalDouble;
import org.halftune.continual.ContinualMethod;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;

/** {@code continual_method} of a study file and the keys that belong to it, as in {@code halftune continual}. */
final class SequenceMethod {
    /** Rows that Replay keeps of each task, as in {@code halftune continual}. */
    private static final double MEMORY = 0.1;

    private SequenceMethod() {}

    /** @throws InputError if the method is unknown, or a key belongs to another one */
    static ContinualMethod of(StudyKeys keys) {
        var name = keys.text("continual_method").orElse("seqft");
        refuse(keys, name);
        return switch (name) {
            case "seqft" -> new ContinualMethod.SeqFt();
            case "replay" ->
                new ContinualMethod.Replay(
                        number(keys, "replay_memory", MEMORY),
                        keys.find("replay_share").isPresent()
                                ? OptionalDouble.of(number(keys, "replay_share", 0))
                                : OptionalDouble.empty());
            default ->
                throw StudyKeys.wrong(
                        keys.required("continual_method", ""),
                        Spelling.didYouMean(name, List.of("seqft", "replay"), "choose from seqft, replay"));
        };
    }

    private static double number(StudyKeys keys, String key, double otherwise) {
        return keys.numbers(key).stream().findFirst().orElse(otherwise);
    }

    private static void refuse(StudyKeys keys, String name) {
        for (var key : List.of("replay_memory", "replay_share")) {
            if (key.startsWith(name) || keys.find(key).isEmpty()) continue;
            throw new InputError(
                    key + " has no effect with continual_method " + name,
                    StudyKeys.at(keys.required(key, "")),
                    "remove it");
        }
    }
}
