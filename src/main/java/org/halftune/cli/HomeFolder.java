package org.halftune.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.halftune.problem.InputError;

/**
 * Expands {@code ~} at the beginning of a path like a shell, for recipes and quoted arguments. Variables ({@code $HOME}) are not
 * expanded.
 */
final class HomeFolder {
    private static final Path USERS = Path.of("/etc/passwd");

    private HomeFolder() {}

    /** @throws InputError if {@code ~name} is not a user of this machine */
    static String expanded(String path) {
        if (!path.startsWith("~")) return path;
        int end = path.indexOf('/') < 0 ? path.length() : path.indexOf('/');
        var user = path.substring(1, end);
        var home = user.isEmpty() ? own() : of(user);
        var folder = home.orElseThrow(() -> new InputError(
                "unknown user " + user + " in the path " + path,
                "",
                "check the user name; for a file whose name begins with ~, write ./" + path));
        return folder + path.substring(end);
    }

    private static Optional<String> own() {
        var variable = System.getenv("HOME");
        return Optional.of(variable == null || variable.isBlank() ? System.getProperty("user.home") : variable);
    }

    private static Optional<String> of(String user) {
        try (var lines = Files.lines(USERS, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 5 && fields[0].equals(user))
                    .map(fields -> fields[5])
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
