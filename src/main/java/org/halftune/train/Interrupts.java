package org.halftune.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns Ctrl-C (SIGINT) and SIGTERM into a {@link StopSignal} while it is open. The second one ends the
 * program at once, with the exit code that a shell gives for the signal: 130 for Ctrl-C, 143 for SIGTERM. Giving the signal
 * back to the system and raising it again would do the same, but the JVM refuses to raise one whose handler it does not know.
 *
 * <p>A shutdown hook would not do: the JVM ignores further signals once it shuts down. {@code sun.misc.Signal} (module
 * {@code jdk.unsupported}, exported to all) is reached by reflection because javac's warning about it cannot be
 * suppressed. Where it is missing, signals keep their usual effect.
 */
public final class Interrupts implements AutoCloseable {
    /** What a shell reports for a program that Ctrl-C ended: 128 + SIGINT. */
    public static final int EXIT_CODE = 130;

    private static final int SIGNALLED = 128;

    private static final List<String> NAMES = List.of("INT", "TERM");

    private final Map<Object, Object> previous = new LinkedHashMap<>();

    private Interrupts() {}

    /**
     * From now on signals go to {@code stop}.
     *
     * @param firstSignal runs after the first, to tell the user
     * @param end ends the program at the second, without waiting for the step, with this exit code
     */
    public static Interrupts to(StopSignal stop, Runnable firstSignal, IntConsumer end) {
        var interrupts = new Interrupts();
        try {
            var handlerType = Class.forName("sun.misc.SignalHandler");
            var handler = Proxy.newProxyInstance(
                    Interrupts.class.getClassLoader(),
                    new Class<?>[] {handlerType},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            if (stop.requested()) {
                                end.accept(SIGNALLED + number(arguments[0]));
                            } else {
                                stop.request();
                                firstSignal.run();
                            }
                            yield null;
                        }
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> false; // only ever compared with other handlers
                        default -> Interrupts.class.getName();
                    });
            for (String name : NAMES) interrupts.install(name, handlerType, handler);
        } catch (ReflectiveOperationException e) {
            // No such class on this JVM: Ctrl-C ends the program, and the last checkpoint is what remains.
        }
        return interrupts;
    }

    private static int number(Object signal) throws ReflectiveOperationException {
        return (int) signal.getClass().getMethod("getNumber").invoke(signal);
    }

    private void install(String name, Class<?> handlerType, Object handler) throws ReflectiveOperationException {
        var signalType = Class.forName("sun.misc.Signal");
        var signal = signalType.getConstructor(String.class).newInstance(name);
        try {
            previous.put(signal, handle(signal, handlerType, handler));
        } catch (InvocationTargetException e) {
            // The JVM (-Xrs) or the system keeps this signal for itself.
        }
    }

    private static Object handle(Object signal, Class<?> handlerType, @Nullable Object handler)
            throws ReflectiveOperationException {
        return signal.getClass()
                .getMethod("handle", signal.getClass(), handlerType)
                .invoke(null, signal, handler);
    }

    /** Gives the signals back to whoever had them. */
    @Override
    public void close() {
        try {
            var handlerType = Class.forName("sun.misc.SignalHandler");
            for (var entry : previous.entrySet()) handle(entry.getKey(), handlerType, entry.getValue());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
