package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.halftune.tensor.DType;

/** Where the ops under test run, and how exact they have to be. Everything goes by upload and download. */
interface OpsUnderTest {

    Backend backend();

    default GuardedTensors device() {
        return new GuardedTensors(backend());
    }

    /** Relative L2 distance from the double reference that is allowed; the design asks for 1e-5 and 3e-3. */
    default double tolerance() {
        return switch (backend().storage()) {
            case F32 -> 1e-6;
            case BF16, F16 -> 3e-3;
            case I32 -> throw new IllegalStateException("weights are not integers");
        };
    }

    /** Head sizes are multiples of this. */
    default int headSizeMultiple() {
        return 1;
    }

    /** The same behind a product with probabilities that were rounded to the storage type. */
    default double attentionTolerance() {
        return switch (backend().storage()) {
            case F32 -> 2e-6;
            case BF16, F16 -> 5e-3;
            case I32 -> throw new IllegalStateException("weights are not integers");
        };
    }

    /** Of a few results each may be half a step of the storage type away; many of them average that down. */
    default void assertClose(String what, double[] actual, double[] expected) {
        boolean few = backend().storage() == DType.BF16 && expected.length < 100;
        assertWithin(what, actual, expected, few ? 0x1p-8 : tolerance(), 0);
    }

    /** @param scale a length below which the error does not count as relative: for results that cancel to nothing */
    static void assertWithin(String what, double[] actual, double[] expected, double tolerance, double scale) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double error = 0, size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        assertThat(Math.sqrt(error))
                .as("%s: L2 error against tolerance %g of %g", what, tolerance, Math.sqrt(size))
                .isLessThanOrEqualTo(tolerance * Math.max(scale, Math.sqrt(size)));
    }

    /** Ids below {@code bound}, with repeats. */
    static int[] ids(Random random, int count, int bound) {
        return random.ints(count, 0, bound).toArray();
    }

    /** A first contribution of {@code once} and a second of the same. */
    static double[] twice(double[] once) {
        return Arrays.stream(once).map(x -> 2 * x).toArray();
    }
}
