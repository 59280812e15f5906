package org.halftune.hft;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The selections of a run, one after another: with a rotating schedule every {@code steps} optimizer steps another one learns.
 *
 * @param steps optimizer steps of a round; the last may have fewer
 * @param selections of each round, at least one
 */
public record Rounds(int steps, List<Selection> selections) {

    public Rounds {
        selections = List.copyOf(selections);
        if (steps < 1 || selections.isEmpty()) throw new IllegalArgumentException(steps + " steps, " + selections);
    }

    /** One selection for the whole run. */
    public static Rounds single(Selection selection) {
        return new Rounds(Integer.MAX_VALUE, List.of(selection));
    }

    /**
     * A new selection every {@code steps} steps.
     *
     * @param totalSteps of the run
     * @param draw gives the selection of a round, counted from 0
     */
    public static Rounds rotating(int steps, int totalSteps, IntFunction<Selection> draw) {
        int count = Math.max(1, Math.ceilDiv(totalSteps, steps));
        var selections = new ArrayList<Selection>();
        for (int round = 0; round < count; round++) selections.add(draw.apply(round));
        return new Rounds(steps, selections);
    }

    public boolean rotates() {
        return selections.size() > 1;
    }

    public int count() {
        return selections.size();
    }

    public Selection first() {
        return selections.getFirst();
    }

    /** The number of the round, from 0, of a step, from 0. */
    public int number(int step) {
        return Math.min(step / steps, count() - 1);
    }

    /** What learns in a step, from 0. */
    public Selection at(int step) {
        return selections.get(number(step));
    }

    /** Whether a step, from 0, is the first of a round that is not the first. */
    public boolean begins(int step) {
        return step > 0 && number(step) != number(step - 1);
    }

    /** Names of all that has learned when {@code stepsDone} steps are done. */
    public Set<String> learned(int stepsDone) {
        return learnedBefore(number(Math.max(0, stepsDone - 1)) + 1);
    }

    /** Names of all that learns in the run. */
    public Set<String> learned() {
        return learnedBefore(count());
    }

    /** Names of all that learns in the first {@code rounds} rounds. */
    public Set<String> learnedBefore(int rounds) {
        var names = new LinkedHashSet<String>();
        for (var selection : selections.subList(0, rounds)) names.addAll(selection.trainable());
        return names;
    }

    /** Counts the parameters that learn in any round. */
    public ParameterCount count(Set<String> learned) {
        return ParameterCount.of(first().specs(), spec -> learned.contains(spec.name()));
    }
}
