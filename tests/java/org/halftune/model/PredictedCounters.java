package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cost.WorkLog;

/** A log of the cost model in the emulated driver's counters. */
public final class PredictedCounters {
    /** Floating-point operations of an m16n8k16 instruction. */
    private static final double OPERATIONS_OF_INSTRUCTION = 2.0 * 16 * 8 * 16;

    private PredictedCounters() {}

    /** Fails unless the driver has counted what the log says. */
    public static void assertCounted(WorkLog log, Map<String, Long> counters) {
        var expected = of(log);
        var counted = new TreeMap<>(counters);
        expected.keySet().forEach(name -> counted.putIfAbsent(name, 0L)); // the driver counts what happens
        counted.keySet().removeIf(name -> !expected.containsKey(name) && !name.startsWith("launches:"));
        assertThat(counted).isEqualTo(expected);
    }

    private static TreeMap<String, Long> of(WorkLog log) {
        var expected = new TreeMap<String, Long>();
        log.launches().forEach((kernel, launches) -> expected.put("launches:" + kernel, launches));
        expected.put("launches", log.kernels().count());
        expected.put("products", log.products().count());
        expected.put(
                "multiplications",
                log.products()
                        .mapToLong(product -> (long) product.m() * product.n() * product.k())
                        .sum());
        expected.put(
                "matrix products",
                Math.round(log.kernels()
                                .mapToDouble(Work.KernelRun::tensorOperations)
                                .sum()
                        / OPERATIONS_OF_INSTRUCTION));
        expected.put("graph launches", log.replays());
        expected.put("fills", log.all(Work.Fill.class).count());
        expected.put(
                "bytes:fill",
                log.all(Work.Fill.class).mapToLong(Work.Fill::bytes).sum());
        put(expected, log, "HtoD", Work.Route.HOST_TO_DEVICE);
        put(expected, log, "DtoH", Work.Route.DEVICE_TO_HOST);
        put(expected, log, "DtoD", Work.Route.DEVICE_TO_DEVICE);
        return expected;
    }

    private static void put(Map<String, Long> expected, WorkLog log, String name, Work.Route route) {
        expected.put("copies:" + name, log.copies(route));
        expected.put(
                "bytes:" + name,
                log.all(Work.Copy.class)
                        .filter(copy -> copy.route() == route)
                        .mapToLong(Work.Copy::bytes)
                        .sum());
    }
}
