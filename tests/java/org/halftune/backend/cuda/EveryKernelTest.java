package org.halftune.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.AdamWStep;
import org.halftune.backend.EveryOp;
import org.halftune.backend.Gradient;
import org.halftune.backend.GuardedTensors;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Rounding;
import org.halftune.tensor.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No kernel of {@code src/main/cuda} is left out: each is reached by an op, and gives the same bits in every order. */
@OnCuda
class EveryKernelTest {
    private CudaBackend backend;

    @BeforeEach
    void open() {
        CudaDevice.usualOrder();
        backend = CudaBackend.open(0);
    }

    @AfterEach
    void close() {
        backend.close();
        CudaDevice.usualOrder();
    }

    @Test
    void everyKernelIsLaunched() {
        for (var name : EveryOp.ALL.keySet()) EveryOp.run(name, backend);
        for (var moments : List.of(DType.F32, DType.BF16)) {
            adamW(moments, true, Rounding.STOCHASTIC);
            adamW(moments, false, Rounding.STOCHASTIC);
        }
        try (var d = new GuardedTensors(backend)) {
            for (var source : List.of(DType.F32, DType.F16, DType.BF16)) {
                backend.upload(d.output(100), of(source));
                backend.upload(d.floatOutput(100), of(source));
            }
            // Logits in fp32 are those of generation.
            d.ops()
                    .crossEntropyForward(
                            d.floatOutput(2),
                            d.randomFloats(new Random(1), 1, 2, 50).tensor(),
                            d.ints(3, 4));
        }
        if (!CudaDevice.isEmulated()) return; // that every launch succeeds is what a real device has to show
        var never = new TreeSet<>(CudaOnCpu.kernels());
        never.removeAll(backend.launches().keySet());
        assertThat(never).as("kernels that no op launches").isEmpty();
    }

    private static HostTensor of(DType dtype) {
        return new HostTensor(dtype, Shape.of(100), MemorySegment.ofArray(new byte[100 * dtype.bytes()]));
    }

    /** One step from zero moments; returns the weights. */
    private double[] adamW(DType moments, boolean masters, Rounding rounding) {
        try (var d = new GuardedTensors(backend)) {
            var random = new Random(3);
            int n = 9000;
            var weight = d.random(random, 1, n);
            var segment = new AdamWSegment(
                    weight.tensor(),
                    masters ? d.master(weight) : null,
                    new Gradient(d.randomFloats(random, 1, n).tensor()),
                    d.array(moments, new float[n], n).tensor(),
                    d.array(moments, new float[n], n).tensor(),
                    true);
            var norm = d.floatOutput(1);
            var table = d.table(List.of(segment));
            d.ops().gradientNorm(norm, table);
            d.ops().adamW(table, d.scalars(new AdamWStep(1, 1e-3, 0.9, 0.999, 1e-8, 0, 1e9, 5, rounding)), norm);
            return d.read(weight.tensor());
        }
    }

    /** A step of 1/1000 is far below half a step of bfloat16: by chance it arrives all the same, on average. */
    @ParameterizedTest
    @CsvSource({"F32, true", "BF16, true", "F32, false", "BF16, false"})
    void stochasticRoundingLosesNothingOnAverage(DType moments, boolean masters) {
        var drawn = adamW(moments, masters, Rounding.STOCHASTIC);
        assertThat(meanStep(drawn)).isBetween(0.9e-3, 1.1e-3);
        assertThat(adamW(moments, masters, Rounding.STOCHASTIC))
                .as("the same bits each time")
                .isEqualTo(drawn);
        assertThat(meanStep(adamW(moments, masters, Rounding.NEAREST)))
                .as("to nearest")
                .isLessThan(0.9e-3);
    }

    /** How far weights went against their gradients. */
    private double meanStep(double[] after) {
        try (var d = new GuardedTensors(backend)) {
            var random = new Random(3);
            var weight = d.random(random, 1, 9000).values();
            var gradient = d.randomFloats(random, 1, 9000).values();
            double moved = 0;
            for (int i = 0; i < weight.length; i++) moved += (weight[i] - after[i]) * Math.signum(gradient[i]);
            return moved / weight.length;
        }
    }

    @Test
    void everyOpHasTheSameBitsInEveryOrder() {
        for (var name : EveryOp.ALL.keySet()) {
            CudaDevice.usualOrder();
            var expected = EveryOp.run(name, backend);
            for (var order : List.of("reverse", "random")) {
                CudaDevice.order(order, order.equals("reverse") ? "early" : "late");
                assertThat(EveryOp.run(name, backend)).as(name + ", " + order).isEqualTo(expected);
            }
        }
    }
}
