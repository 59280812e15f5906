package org.halftune.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.halftune.problem.InputError;
import org.halftune.recipe.RecipeEntry;

/** {@code stage} of a task in a study file, and the flags of {@code halftune dpo} that belong to preference tasks. */
final class PreferenceKeys {
    /** The task's key, as in LLaMA-Factory. */
    static final String STAGE = "stage";

    /** Flags that say how other rows are read. */
    private static final List<String> OF_OTHER_ROWS = List.of("packing", "completion_only_loss", "assistant_only_loss");

    private PreferenceKeys() {}

    /**
     * Whether a task has preference pairs.
     *
     * @param bundled whether it is a bundled task of pairs
     * @throws InputError if {@code stage} is neither {@code sft} nor {@code dpo}
     */
    static boolean arePairs(StudyKeys task, boolean bundled) {
        var stage = task.find(STAGE);
        if (stage.isEmpty()) return bundled;
        return switch (StudyKeys.text(stage.get())) {
            case "sft" -> false;
            case "dpo" -> true;
            default -> throw StudyKeys.wrong(stage.get(), "choose from sft, dpo");
        };
    }

    /** @throws InputError if a flag says how other rows than pairs are read */
    static void refuseOfOtherRows(String task, List<RecipeEntry> flags) {
        first(OF_OTHER_ROWS, flags).ifPresent(entry -> {
            throw noEffect(entry, task, "which has preference pairs", "remove it, or give it to the other tasks");
        });
        first(List.of("truncation_mode"), flags)
                .filter(entry -> StudyKeys.text(entry).equals("split"))
                .ifPresent(entry -> {
                    throw StudyKeys.wrong(entry, "a pair cannot be cut into several rows: use keep_start or keep_end");
                });
    }

    /** @throws InputError if a flag of {@code halftune dpo} is given for a task without pairs */
    static void refuse(Collection<String> names, String task, List<RecipeEntry> flags) {
        first(names, flags).ifPresent(entry -> {
            throw noEffect(entry, task, "which has no preference pairs", "give the task stage: dpo, or remove the key");
        });
    }

    private static Optional<RecipeEntry> first(Collection<String> names, List<RecipeEntry> flags) {
        return flags.stream()
                .filter(entry -> names.contains(StudyKeys.name(entry)))
                .findFirst();
    }

    private static InputError noEffect(RecipeEntry entry, String task, String because, String fix) {
        return new InputError(
                entry.key() + " has no effect on the task " + task + ", " + because, StudyKeys.at(entry), fix);
    }

    /** The entries with these names, or without. */
    static List<RecipeEntry> only(Collection<String> names, List<RecipeEntry> flags, boolean having) {
        var some = new ArrayList<RecipeEntry>();
        for (var entry : flags) if (names.contains(StudyKeys.name(entry)) == having) some.add(entry);
        return List.copyOf(some);
    }
}
