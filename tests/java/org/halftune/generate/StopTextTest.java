package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopTextTest {
    private final List<String> heard = new ArrayList<>();

    @Test
    void stopStringAcrossPiecesEndsTheText() {
        var text = new StopText(List.of("###", "END"), heard::add);
        for (String piece : List.of("one", " #", "#", "# two", "three")) text.accept(piece);
        text.end();

        assertThat(text.found()).isTrue();
        assertThat(heard).containsExactly("one", " ");
    }

    @Test
    void incompleteStopStringIsPassedOn() {
        var text = new StopText(List.of("###"), heard::add);
        for (String piece : List.of("a##", "b#", "#")) text.accept(piece);
        text.end();

        assertThat(text.found()).isFalse();
        assertThat(String.join("", heard)).isEqualTo("a##b##");
    }

    @Test
    void firstStopStringInAPieceEndsTheText() {
        var text = new StopText(List.of("late", "early"), heard::add);
        text.accept("so early or late");
        assertThat(heard).containsExactly("so ");
    }

    @Test
    void withoutStopStringsPiecesPassImmediately() {
        new StopText(List.of(), heard::add).accept("piece");
        assertThat(heard).containsExactly("piece");
    }
}
