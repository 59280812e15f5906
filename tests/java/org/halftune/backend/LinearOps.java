package org.halftune.backend;

import static org.halftune.backend.OpsUnderTest.twice;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The products of a linear layer and the rotation of its heads. */
interface LinearOps extends OpsUnderTest {

    /** T, I, O. The last ones are wide enough to be cut into blocks and, at 601 and 2100, into pieces of the sum. */
    int[][] PRODUCTS = {
        {1, 1, 1},
        {1, 8, 24},
        {3, 33, 17},
        {17, 24, 601},
        {64, 100, 48},
        {130, 64, 129},
        {210, 129, 33},
        {5, 2100, 7},
        {2100, 5, 9},
        {3, 9, 2100}
    };

    @Test
    default void linearLayersGoForwardAndBack() {
        var random = new Random(21);
        for (int[] s : PRODUCTS) {
            try (var d = device()) {
                int t = s[0], i = s[1], o = s[2];
                var shape = " T=" + t + " I=" + i + " O=" + o;
                var x = d.random(random, 1, t, i);
                var w = d.random(random, 1, o, i);
                var dy = d.random(random, 1, t, o);
                var expected = Reference.linearBackward(dy.values(), x.values(), w.values(), i, o);

                var y = d.output(t, o);
                d.ops().linearForward(y, x.tensor(), w.tensor());
                assertClose("y" + shape, d.read(y), Reference.linear(x.values(), w.values(), i, o));

                var dx = d.output(t, i);
                d.ops().linearBackwardInput(dx, dy.tensor(), w.tensor());
                assertClose("dx" + shape, d.read(dx), expected.get(0));

                var dw = d.gradient(o, i);
                d.ops().linearBackwardWeight(dw, dy.tensor(), x.tensor());
                assertClose("dw" + shape, d.read(dw.tensor()), expected.get(1));
                d.ops().linearBackwardWeight(dw, dy.tensor(), x.tensor());
                assertClose("dw added" + shape, d.read(dw.tensor()), twice(expected.get(1)));
                dw.beginPass(false);
                d.ops().linearBackwardWeight(dw, dy.tensor(), x.tensor());
                assertClose("dw of the next step" + shape, d.read(dw.tensor()), expected.get(1));
            }
        }
    }

    @Test
    default void ropeTurnsAndTurnsBack() {
        var random = new Random(22);
        for (int headSize : new int[] {2, 8, 12, 24, 64, 128}) {
            for (int heads : new int[] {1, 3}) {
                try (var d = device()) {
                    int t = 1 + random.nextInt(40), places = 50;
                    var angles =
                            random.doubles((long) places * headSize / 2, -7, 7).toArray();
                    var cos = table(d, angles, true, headSize);
                    var sin = table(d, angles, false, headSize);
                    int[] positions = OpsUnderTest.ids(random, t, places);
                    var x = d.random(random, 1, t, heads * headSize);
                    d.ops().ropeForward(x.tensor(), d.ints(positions), cos.tensor(), sin.tensor());
                    assertClose(
                            "forward D=" + headSize,
                            d.read(x.tensor()),
                            Reference.rope(x.values(), positions, cos.values(), sin.values(), headSize, 1));
                    d.ops().ropeBackward(x.tensor(), d.ints(positions), cos.tensor(), sin.tensor());
                    assertClose("and back", d.read(x.tensor()), x.values());
                }
            }
        }
    }

    private static GuardedTensors.Array table(GuardedTensors d, double[] angles, boolean cos, int headSize) {
        var values = new float[angles.length];
        for (int i = 0; i < values.length; i++) values[i] = (float) (cos ? Math.cos(angles[i]) : Math.sin(angles[i]));
        return d.array(org.halftune.tensor.DType.F32, values, 2L * angles.length / headSize, headSize / 2);
    }
}
