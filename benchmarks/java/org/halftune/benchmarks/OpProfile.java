package org.halftune.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.halftune.backend.Backend;
import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;
import org.halftune.backend.cpu.CpuBackend;

/**
 * Which op, at which shapes, a training step spends its time in.
 *
 * <p>{@code OpProfile PRESET METHOD [STEPS] [THREADS]}
 */
public final class OpProfile {
    private static final int WARM_UP = 10;

    private OpProfile() {}

    public static void main(String[] arguments) {
        var preset = Preset.named(arguments[0]);
        var method = TrainingStep.Method.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        int steps = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20;
        int threads = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 2;
        Map<String, Long> nanos = new HashMap<>();
        try (var cpu = CpuBackend.open(threads);
                var training = new TrainingStep(timed(cpu, nanos), preset, method)) {
            for (int step = 0; step < WARM_UP; step++) training.step();
            nanos.clear();
            for (int step = 0; step < steps; step++) training.step();
        }
        nanos.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(25)
                .forEach(
                        e -> System.out.printf(Locale.ROOT, "%8.2f ms  %s%n", 1e-6 * e.getValue() / steps, e.getKey()));
    }

    /** The same backend with every op timed by name and shapes. */
    private static Backend timed(Backend backend, Map<String, Long> nanos) {
        var ops = backend.ops();
        var timed = proxy(Ops.class, (method, values) -> {
            long start = System.nanoTime();
            method.invoke(ops, values);
            nanos.merge(method.getName() + shapes(values), System.nanoTime() - start, Long::sum);
            return null;
        });
        return proxy(
                Backend.class,
                (method, values) -> method.getName().equals("ops") ? timed : method.invoke(backend, values));
    }

    private static String shapes(Object[] values) {
        var text = new StringBuilder();
        for (var value : values)
            if (value instanceof Tensor tensor) text.append(' ').append(tensor.shape());
        return text.toString();
    }

    private interface Call {
        Object apply(java.lang.reflect.Method method, Object[] values) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, values) -> {
            try {
                return call.apply(method, values);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
