package org.halftune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The packages of docs/architecture.md and their imports are those that {@link PackageRulesTest} holds them to. After a change of its
 * table:
 *
 * <pre>mvn test -Dtest=PackageTableTest -Dhalftune.rewrite=true</pre>
 *
 * <p>That writes the column of imports, drops packages that are gone, and gives a new one the first sentence of its comment. The
 * column "for" is the page's own text, and is not checked.
 */
class PackageTableTest {
    private static final Path PAGE = Path.of("docs/architecture.md");
    private static final Path SOURCES = Path.of("src/main/java/org/halftune");
    private static final String HEAD = "| package | for | imports |\n|---|---|---|\n";
    private static final Pattern ROWS = Pattern.compile(Pattern.quote(HEAD) + "((?:\\|.*\\|\\n)+)");

    @Test
    void architecturePageShowsTheTableOfPackages() throws IOException {
        String page = Files.readString(PAGE);
        var rows = ROWS.matcher(page);
        assertThat(rows.find()).as("%s has the table of packages", PAGE).isTrue();
        String wanted = page.substring(0, rows.start(1)) + rows(purposes(rows.group(1))) + page.substring(rows.end(1));
        if (Boolean.getBoolean("halftune.rewrite")) Files.writeString(PAGE, wanted);
        else
            assertThat(page)
                    .as("mvn test -Dtest=PackageTableTest -Dhalftune.rewrite=true")
                    .isEqualTo(wanted);
    }

    @Test
    void packageCommentsLeaveImportsToTheTable() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            var comments =
                    files.filter(file -> file.endsWith("package-info.java")).toList();
            assertThat(comments)
                    .allSatisfy(file -> assertThat(comment(file))
                            .as("%s", file)
                            .doesNotContainPattern("(?i)may import \\{|imports (nothing|\\{)"));
        }
    }

    /** The column "for", by package. */
    private static Map<String, String> purposes(String rows) {
        var purposes = new HashMap<String, String>();
        for (var row : rows.split("\n")) {
            var cells = row.split("\\|");
            purposes.put(cells[1].strip().replace("`", ""), cells[2].strip());
        }
        return purposes;
    }

    private static String rows(Map<String, String> purposes) throws IOException {
        var text = new StringBuilder();
        for (var line : (PackageRulesTest.TABLE + "cli: all").split("\n")) {
            var row = line.split(": *");
            String purpose = purposes.containsKey(row[0]) ? purposes.get(row[0]) : firstSentence(row[0]);
            String imports = row.length == 1 ? "–" : row[1].strip().replaceAll(" +", ", ");
            text.append("| `%s` | %s | %s |\n".formatted(row[0], purpose, imports));
        }
        return text.toString();
    }

    private static String firstSentence(String name) throws IOException {
        return comment(SOURCES.resolve(name.replace('.', '/')).resolve("package-info.java"))
                .split("[.:] ")[0]
                .replaceAll("\\{@\\w+ ([^}]*)}", "`$1`");
    }

    /** The text of a package's comment in one line. */
    private static String comment(Path file) throws IOException {
        return Files.readString(file)
                .lines()
                .takeWhile(line -> !line.startsWith(" */"))
                .skip(1)
                .map(line -> line.replaceFirst("^ \\* ?", ""))
                .collect(Collectors.joining(" "))
                .strip();
    }
}
