package org.halftune.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.halftune.problem.InputError;

/**
 * The home folder for {@code ~} at the beginning of a path, as a shell puts it: recipes and quoted words come without one.
 * Variables ({@code $HOME}) are left as they are.
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
                "there is no user " + user + " for the path " + path,
                "",
                "write ./" + path + " for a name that begins with ~"));
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
