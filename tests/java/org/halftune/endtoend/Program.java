package org.halftune.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged program as a user has it: {@code ./halftune} of this checkout, in a process of its own. */
final class Program {
    /** The checkout. */
    static final Path HOME = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private Path launcher = HOME.resolve("halftune");
    private Path folder = HOME;
    private final Map<String, String> environment = new HashMap<>();

    /** What a finished process leaves behind. */
    record Result(int code, String out, String err, Duration time) {
        @Override
        public String toString() {
            return "exit code %d after %d ms%n--- out%n%s--- err%n%s".formatted(code, time.toMillis(), out, err);
        }
    }

    /** Runs {@code ./halftune} with these words. */
    static Result halftune(Object... words) {
        return new Program().run(words);
    }

    /** Another way to the launcher. */
    Program launcher(Path path) {
        launcher = path;
        return this;
    }

    /** Another working directory. */
    Program in(Path workingFolder) {
        folder = workingFolder;
        return this;
    }

    Program with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Result run(Object... words) {
        try (var running = start(words)) {
            return running.result();
        }
    }

    Running start(Object... words) {
        List<String> command = new ArrayList<>();
        command.add("/bin/sh");
        command.add(launcher.toString());
        Stream.of(words).map(Object::toString).forEach(command::add);
        try {
            var out = Files.createTempFile("halftune", ".out");
            var err = Files.createTempFile("halftune", ".err");
            var builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("HALFTUNE_"));
            builder.environment().putAll(environment);
            return new Running(builder.start(), out, err, System.nanoTime());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process and its output so far. */
    record Running(Process process, Path outFile, Path errFile, long start) implements AutoCloseable {

        /** Waits until it has printed {@code text}. */
        void awaitOutput(String text) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!read(outFile).contains(text)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError("it never said \"" + text + "\": " + result());
                }
                sleep();
            }
        }

        /** Sends a signal, {@code INT} as Ctrl-C does. */
        void signal(String name) {
            try {
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        Result result() {
            try {
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError("no end after " + LIMIT + "\n" + read(outFile) + read(errFile));
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Result(
                    process.exitValue(), read(outFile), read(errFile), Duration.ofNanos(System.nanoTime() - start));
        }

        @Override
        public void close() {
            process.destroyForcibly();
            outFile.toFile().delete();
            errFile.toFile().delete();
        }

        private static void sleep() {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
