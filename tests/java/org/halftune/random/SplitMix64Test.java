package org.halftune.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SplitMix64Test {

    /** The numbers that splitmix64.c gives for the state 1234567, as published on Rosetta Code. */
    @Test
    void givesThePublishedNumbers() {
        var random = new SplitMix64(1234567);
        assertThat(new long[] {random.next(), random.next(), random.next(), random.next(), random.next()})
                .containsExactly(
                        6457827717110365317L,
                        3203168211198807973L,
                        Long.parseUnsignedLong("9817491932198370423"),
                        4593380528125082431L,
                        Long.parseUnsignedLong("16408922859458223821"));
    }
}
