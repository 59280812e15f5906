package org.halftune.cli;

import java.util.List;

/** A group of flags with a heading, as the help shows them. */
record FlagGroup(String heading, List<Flag> flags) {
    static FlagGroup of(String heading, Flag... flags) {
        return new FlagGroup(heading, List.of(flags));
    }

    /** The flags of {@code groups} without their headings. */
    static List<Flag> all(List<FlagGroup> groups) {
        return groups.stream().flatMap(group -> group.flags().stream()).toList();
    }
}
