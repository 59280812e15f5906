package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.halftune.backend.OpsUnderTest.twice;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** RMSNorm: plain, of a residual sum, again from the kept r, and backward. */
interface NormOps extends OpsUnderTest {

    float EPSILON = 1e-5f;

    /** T, H. */
    int[][] ROWS = {{1, 8}, {1, 1}, {3, 24}, {17, 33}, {40, 100}, {65, 129}, {33, 576}};

    @Test
    default void rmsNormAndItsRepetition() {
        var random = new Random(11);
        for (int[] s : ROWS) {
            try (var d = device()) {
                int t = s[0], h = s[1];
                var x = d.random(random, 3, t, h);
                var w = d.random(random, 1, h);
                var y = d.output(t, h);
                var again = d.output(t, h);
                var r = d.floatOutput(t);
                d.ops().rmsNormForward(y, r, x.tensor(), w.tensor(), EPSILON);
                d.ops().rmsNormRecompute(again, r, x.tensor(), w.tensor());
                var expected = Reference.rmsNorm(x.values(), w.values(), EPSILON);
                assertClose("y [" + t + "," + h + "]", d.read(y), expected.y());
                assertClose("r", d.read(r), expected.r());
                assertThat(d.read(again)).as("recomputed").isEqualTo(d.read(y));
            }
        }
    }

    @Test
    default void rowsOfAnySizeAreNormed() {
        for (double size : new double[] {0, 1e-12, 1e-4, 1e6, 1e12}) {
            try (var d = device()) {
                var x = d.random(new Random(12), size, 4, 24);
                var w = d.random(new Random(13), 1, 24);
                var y = d.output(4, 24);
                d.ops().rmsNormForward(y, d.floatOutput(4), x.tensor(), w.tensor(), EPSILON);
                assertClose(
                        "rows of size " + size,
                        d.read(y),
                        Reference.rmsNorm(x.values(), w.values(), EPSILON).y());
            }
        }
    }

    @Test
    default void residualSumMayLieOverItsOperands() {
        var random = new Random(14);
        for (int[] s : ROWS) {
            for (int over = 0; over < 3; over++) {
                try (var d = device()) {
                    int t = s[0], h = s[1];
                    var a = d.random(random, 1, t, h);
                    var b = d.random(random, 1, t, h);
                    var w = d.random(random, 1, h);
                    var sum = over == 0 ? d.output(t, h) : over == 1 ? a.tensor() : b.tensor();
                    var y = d.output(t, h);
                    var r = d.floatOutput(t);
                    d.ops().residualRmsNormForward(sum, y, r, a.tensor(), b.tensor(), w.tensor(), EPSILON);
                    var added = new double[t * h];
                    for (int i = 0; i < added.length; i++) added[i] = a.values()[i] + b.values()[i];
                    var expected = Reference.rmsNorm(added, w.values(), EPSILON);
                    assertClose("sum", d.read(sum), added);
                    assertClose("y", d.read(y), expected.y());
                    assertClose("r", d.read(r), expected.r());
                }
            }
        }
    }

    @Test
    default void rmsNormGradientsAreAdded() {
        var random = new Random(15);
        for (int[] s : ROWS) {
            try (var d = device()) {
                int t = s[0], h = s[1];
                var x = d.random(random, 2, t, h);
                var w = d.random(random, 1, h);
                var dy = d.random(random, 1, t, h);
                var stream = d.random(random, 1, t, h);
                var frozen = d.array(backend().storage(), floats(stream.values()), t, h);
                var r = d.floatOutput(t);
                d.ops().rmsNormForward(d.output(t, h), r, x.tensor(), w.tensor(), EPSILON);
                var expected = Reference.rmsNormBackward(dy.values(), x.values(), w.values(), EPSILON);
                var dx = stream.values().clone();
                for (int i = 0; i < dx.length; i++) dx[i] += expected.get(0)[i];

                var dw = d.gradient(h);
                d.ops().rmsNormBackwardAdd(stream.tensor(), dw, dy.tensor(), x.tensor(), r, w.tensor());
                assertClose("dx", d.read(stream.tensor()), dx);
                assertClose("dw", d.read(dw.tensor()), expected.get(1));

                d.ops().rmsNormBackwardAdd(frozen.tensor(), null, dy.tensor(), x.tensor(), r, w.tensor());
                assertThat(d.read(frozen.tensor())).as("dx of a frozen norm").isEqualTo(d.read(stream.tensor()));

                d.ops().rmsNormBackwardAdd(stream.tensor(), dw, dy.tensor(), x.tensor(), r, w.tensor());
                assertClose("dw, second contribution", d.read(dw.tensor()), twice(expected.get(1)));
            }
        }
    }

    private static float[] floats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
        return floats;
    }
}
