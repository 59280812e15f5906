package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * A published (seed, round) must always give the same selection. These were computed by another program, written from
 * the description in {@link Draw} and {@link DrawStream}. A failure means that the draw has changed, which must not happen.
 */
class PublishedDrawTest {

    @Test
    void categoryLevelEqualsThePublishedDraw() {
        assertThat(picture(new Strategy.Category(0.5), 0)).isEqualTo("""
                layer 0   q k . .   .    .  down   .  post
                layer 1   q . v .   gate .  down   in .
                layer 2   q . . o   gate up .      in .
                layer 3   . k v .   gate .  down   .  post
                layer 4   q . v .   .    up .      in .
                """);
    }

    @Test
    void nextRoundEqualsThePublishedDraw() {
        assertThat(picture(new Strategy.Category(0.5), 1)).isEqualTo("""
                layer 0   q . . o   .    up down   in .
                layer 1   . k v .   gate .  .      in .
                layer 2   q k . .   gate .  down   .  post
                layer 3   . k v .   .    up down   in .
                layer 4   q . . o   gate .  .      in .
                """);
    }

    @Test
    void layerLevelEqualsThePublishedDraw() {
        assertThat(picture(new Strategy.Layer(0.5), 0)).isEqualTo("""
                layer 0   q k v o   gate up down   in post
                layer 1   q k v o   gate up down   in post
                layer 2   . . . .   .    .  .      .  .
                layer 3   . . . .   .    .  .      .  .
                layer 4   q k v o   gate up down   in post
                """);
    }

    @Test
    void modelLevelEqualsThePublishedDraw() {
        assertThat(picture(new Strategy.Model(0.5), 0)).isEqualTo("""
                layer 0   . k v .   .    .  down   in .
                layer 1   q k v o   gate .  .      .  .
                layer 2   . k v o   gate up .      in .
                layer 3   q . . .   .    up down   in .
                layer 4   q k v .   .    .  down   in post
                """);
    }

    /** The trainable parameters in the layers of a model of five layers. */
    private static String picture(Strategy strategy, int round) {
        var table = SelectionTable.of(Selection.draw(Models.ofLayers(5), strategy, Freeze.NOTHING, 42, round));
        return table.substring(table.indexOf("layer 0 "));
    }
}
