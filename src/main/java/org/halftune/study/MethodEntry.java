package org.halftune.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.halftune.problem.InputError;
import org.halftune.recipe.RecipeEntry;
import org.halftune.recipe.Value;

/**
 * A method of a study file.
 *
 * @param flags of its training
 * @param keys its own keys
 */
record MethodEntry(String name, List<RecipeEntry> flags, StudyKeys keys) {
    /** Keys of a method that are not flags. */
    static final List<String> KEYS = Stream.concat(
                    Stream.of("name", StudyFile.RATES, StudyFile.STEPS, "reset_ratio", "reset_strategy"),
                    SequenceMethod.KEYS.stream())
            .toList();

    /** Flags of a method that may have a list: one method for each value. */
    private static final List<String> EXPANDED = List.of("hft_strategy", "hft_ratio", "reset_ratio");

    /**
     * The methods of a study, after lists are expanded.
     *
     * @param top the file's keys
     * @param flagNames flags that a method may have
     * @throws InputError if a key or a value is not possible
     */
    static List<MethodEntry> all(StudyKeys top, List<String> flagNames) {
        var entry = top.required("methods", "name at least two methods: - {name: FFT, method: fft}");
        var methods = new ArrayList<MethodEntry>();
        for (var value : StudyKeys.items(entry)) {
            if (!(value instanceof Value.Keys(List<RecipeEntry> keys))) {
                throw StudyKeys.wrong(entry, "write a list of methods: - {name: HFT, method: hft}");
            }
            methods.addAll(expanded(StudyKeys.inside(entry, keys), flagNames));
        }
        StudyKeys.unique(entry, methods.stream().map(MethodEntry::name).toList());
        return methods;
    }

    /** One method for each value of {@code hft_strategy} and {@code hft_ratio}, with the value in its name. */
    private static List<MethodEntry> expanded(StudyKeys keys, List<String> flagNames) {
        keys.check(KEYS, flagNames);
        var name = StudyKeys.text(keys.required("name", "name the method"));
        var methods = List.of(new MethodEntry(name, keys.flags(KEYS), keys));
        for (var key : EXPANDED) {
            var list = keys.find(key).filter(entry -> entry.value() instanceof Value.Items);
            if (list.isEmpty()) continue;
            var more = new ArrayList<MethodEntry>();
            for (var method : methods) {
                for (var text : StudyKeys.texts(list.get())) {
                    var one = new RecipeEntry(
                            key, new Value.Scalar(text, true), list.get().origin());
                    boolean own = KEYS.contains(key);
                    more.add(new MethodEntry(
                            method.name + " " + text,
                            own ? method.flags : StudyKeys.merged(method.flags, List.of(one)),
                            own
                                    ? new StudyKeys(
                                            method.keys.where(), StudyKeys.merged(method.keys.entries(), List.of(one)))
                                    : method.keys));
                }
            }
            methods = more;
        }
        return methods;
    }
}
