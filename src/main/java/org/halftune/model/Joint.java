package org.halftune.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Matrices of one layer that read the same input. They lie one after another in memory, so that one product computes them
 * all; what learns is decided for each of them.
 */
enum Joint {
    ATTENTION_INPUT(ParameterRole.QUERY, ParameterRole.KEY, ParameterRole.VALUE),
    FEED_FORWARD_INPUT(ParameterRole.GATE, ParameterRole.UP);

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<ParameterRole> roles;

    Joint(ParameterRole... roles) {
        this.roles = List.of(roles);
    }

    /** In the order of their rows. */
    List<ParameterRole> roles() {
        return roles;
    }

    /** The joint that a role belongs to, if any. */
    private static @Nullable Joint of(ParameterRole role) {
        return Arrays.stream(values())
                .filter(joint -> joint.roles.contains(role))
                .findFirst()
                .orElse(null);
    }

    /** Splits parameters, listed in the order of a forward pass, into those that lie together in memory. */
    static List<List<ParameterSpec>> together(List<ParameterSpec> specs) {
        var groups = new ArrayList<List<ParameterSpec>>();
        for (var spec : specs) {
            var last = groups.isEmpty() ? null : groups.getLast();
            if (last != null && continues(last.getLast(), spec)) last.add(spec);
            else groups.add(new ArrayList<>(List.of(spec)));
        }
        return groups;
    }

    /** Whether {@code next} is the next matrix of the joint that {@code spec} belongs to. */
    private static boolean continues(ParameterSpec spec, ParameterSpec next) {
        var joint = of(spec.role());
        return joint != null
                && spec.layer() == next.layer()
                && joint.roles.indexOf(next.role()) == joint.roles.indexOf(spec.role()) + 1;
    }
}
