package org.halftune.model;

import java.util.Arrays;

/**
 * Where the parts of a batch lie in one block of ints, so that one copy moves them all. All offsets but that of the starts,
 * which come last, depend on T and R alone: a captured pass can be replayed with any number of sequences.
 *
 * @param tokens T
 * @param rows R, padded
 * @param sequences S
 * @param ordered whether the tokens are also there sorted by id
 * @param notes ints of the objective
 */
record BatchLayout(int tokens, int rows, int sequences, boolean ordered, int notes) {
    /** Parts begin at multiples of this many ints, 256 bytes. */
    private static final int ALIGNMENT = 64;

    /** The parts of a batch, in order. */
    enum Part {
        /** [T] ids. */
        TOKENS,
        /** [T] the tokens sorted by id, equal ids by place. */
        ORDER,
        /** [T] place in the sequence, from 0. */
        POSITIONS,
        /** [T] the first token of each token's own sequence. */
        BEGIN,
        /** [T] one past its last. */
        END,
        /** [R] which tokens are labelled; −1: padding, which has no loss. */
        ROWS,
        /** [R] what they have to predict. */
        TARGETS,
        /** [R] fp32: what the loss of each is multiplied by. */
        WEIGHTS,
        /** What the objective's ops read. */
        NOTES,
        /** [S+1] the first token of each sequence, and T. */
        STARTS
    }

    /** Of the largest batch. */
    static BatchLayout of(Capacity capacity, int padding, int notes) {
        int tokens = capacity.tokens();
        return new BatchLayout(tokens, (int) padded(tokens, padding), capacity.sequences(), true, notes);
    }

    /** {@code count} rounded up to a multiple of {@code padding}. */
    static long padded(long count, int padding) {
        return (count + padding - 1) / padding * padding;
    }

    int length(Part part) {
        return switch (part) {
            case TOKENS, POSITIONS, BEGIN, END -> tokens;
            case ORDER -> ordered ? tokens : 0;
            case ROWS, TARGETS, WEIGHTS -> rows;
            case NOTES -> notes;
            case STARTS -> sequences + 1;
        };
    }

    /** Where a part begins. */
    int offset(Part part) {
        return Arrays.stream(Part.values())
                .takeWhile(before -> before != part)
                .mapToInt(before -> (int) padded(length(before), ALIGNMENT))
                .sum();
    }

    /** Ints in the block. */
    int words() {
        return offset(Part.STARTS) + length(Part.STARTS);
    }
}
