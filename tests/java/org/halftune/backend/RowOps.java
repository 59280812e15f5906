package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.halftune.backend.OpsUnderTest.ids;
import static org.halftune.backend.OpsUnderTest.twice;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Embedding, gather and scatter, copy, zero and sum. */
interface RowOps extends OpsUnderTest {

    /** T, V, H. */
    int[][] TABLES = {{1, 3, 8}, {7, 5, 33}, {130, 601, 48}, {65, 601, 129}, {300, 17, 64}};

    @Test
    default void embeddingTakesRows() {
        var random = new Random(1);
        for (int[] s : TABLES) {
            try (var d = device()) {
                int[] ids = ids(random, s[0], s[1]);
                var table = d.random(random, 1, s[1], s[2]);
                var out = d.output(s[0], s[2]);
                d.ops().embeddingForward(out, table.tensor(), d.ints(ids));
                assertThat(d.read(out)).isEqualTo(Reference.embedding(table.values(), ids, s[2]));
            }
        }
    }

    @Test
    default void embeddingGradientAddsWhereIdsRepeat() {
        var random = new Random(2);
        for (int[] s : TABLES) {
            try (var d = device()) {
                int[] ids = ids(random, s[0], s[1]);
                var dOut = d.random(random, 1, s[0], s[2]);
                var gradient = d.gradient(s[1], s[2]);
                var expected = Reference.embeddingBackward(dOut.values(), ids, s[1], s[2]);
                d.ops().embeddingBackward(gradient, dOut.tensor(), d.ints(ids), d.order(ids));
                assertClose("first contribution", d.read(gradient.tensor()), expected);
                d.ops().embeddingBackward(gradient, dOut.tensor(), d.ints(ids), d.order(ids));
                assertClose("second contribution", d.read(gradient.tensor()), twice(expected));
            }
        }
    }

    @Test
    default void gatheredRowsScatterBackAndTheRestIsZero() {
        var random = new Random(3);
        for (int[] s : new int[][] {{1, 1, 8}, {9, 4, 33}, {131, 70, 64}, {131, 131, 17}, {20, 0, 24}}) {
            try (var d = device()) {
                int t = s[0], r = s[1], h = s[2];
                int[] rows = random.ints(0, t).distinct().limit(r).toArray();
                var x = d.random(random, 1, t, h);
                var gathered = d.output(r, h);
                var scattered = d.output(t, h);
                d.ops().gatherRows(gathered, x.tensor(), d.ints(rows));
                d.ops().scatterRows(scattered, gathered, d.ints(rows));
                var expected = new double[t * h];
                for (int row : rows) System.arraycopy(x.values(), row * h, expected, row * h, h);
                assertThat(d.read(gathered)).isEqualTo(Reference.embedding(x.values(), rows, h));
                assertThat(d.read(scattered)).isEqualTo(expected);
            }
        }
    }

    /** What pads a batch: a negative row is gathered as zeros and scattered nowhere. */
    @Test
    default void rowsThatPadAreZerosAndGoNowhere() {
        var random = new Random(5);
        for (int h : new int[] {17, 64}) {
            try (var d = device()) {
                int[] rows = {3, -1, 0, -1};
                var x = d.random(random, 1, 5, h);
                var gathered = d.output(4, h);
                var scattered = d.output(5, h);
                d.ops().gatherRows(gathered, x.tensor(), d.ints(rows));
                d.ops().scatterRows(scattered, gathered, d.ints(rows));
                var expected = new double[4 * h];
                System.arraycopy(x.values(), 3 * h, expected, 0, h);
                System.arraycopy(x.values(), 0, expected, 2 * h, h);
                assertThat(d.read(gathered)).isEqualTo(expected);
                var back = new double[5 * h];
                System.arraycopy(x.values(), 0, back, 0, h);
                System.arraycopy(x.values(), 3 * h, back, 3 * h, h);
                assertThat(d.read(scattered)).isEqualTo(back);
            }
        }
    }

    @Test
    default void sumsMayLieOverTheirOperands() {
        var random = new Random(4);
        for (int n : new int[] {1, 15, 16, 17, 1000, 40_001}) {
            try (var d = device()) {
                var a = d.random(random, 1, n, 1);
                var b = d.random(random, 1, n, 1);
                var expected = new double[n];
                for (int i = 0; i < n; i++) expected[i] = a.values()[i] + b.values()[i];
                var y = d.output(n, 1);
                d.ops().add(y, a.tensor(), b.tensor());
                assertClose("sum", d.read(y), expected);
                d.ops().copy(y, a.tensor());
                assertThat(d.read(y)).as("copy").isEqualTo(a.values());
                d.ops().add(y, y, b.tensor());
                assertClose("sum over a", d.read(y), expected);
                d.ops().add(b.tensor(), a.tensor(), b.tensor());
                assertClose("sum over b", d.read(b.tensor()), expected);
                d.ops().zero(y);
                assertThat(d.read(y)).as("zero").containsOnly(0);
            }
        }
    }
}
