package org.halftune.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns Ctrl-C (SIGINT) and SIGTERM into a {@link StopSignal} while it is open. A second signal ends the program immediately, with
 * the shell's exit code for the signal: 130 for Ctrl-C, 143 for SIGTERM. Restoring the handler and raising the signal again is not
 * possible, because the JVM does not raise signals without a Java handler.
 *
 * <p>A shutdown hook is not enough: the JVM ignores signals during shutdown. {@code sun.misc.Signal} (module {@code
 * jdk.unsupported}) is called by reflection because javac's warning about it cannot be suppressed. On a JVM without it, signals keep
 * their usual effect.
 */
public final class Interrupts implements AutoCloseable {
    /** The shell's exit code for Ctrl-C: 128 + SIGINT. */
    public static final int EXIT_CODE = 130;

    private static final int SIGNALLED = 128;

    private static final List<String> NAMES = List.of("INT", "TERM");

    private final Map<Object, Object> previous = new LinkedHashMap<>();

    private Interrupts() {}

    /**
     * Installs the handlers.
     *
     * @param firstSignal runs after the first signal, to notify the user
     * @param end ends the program at the second signal with the given exit code, without waiting for the step
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
                        case "equals" -> false; // compared only with other handlers
                        default -> Interrupts.class.getName();
                    });
            for (String name : NAMES) interrupts.install(name, handlerType, handler);
        } catch (ReflectiveOperationException e) {
            // No such class on this JVM: Ctrl-C ends the program.
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
            // The JVM (-Xrs) or the system reserves this signal.
        }
    }

    private static Object handle(Object signal, Class<?> handlerType, @Nullable Object handler)
            throws ReflectiveOperationException {
        return signal.getClass()
                .getMethod("handle", signal.getClass(), handlerType)
                .invoke(null, signal, handler);
    }

    /** Restores the previous handlers. */
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
