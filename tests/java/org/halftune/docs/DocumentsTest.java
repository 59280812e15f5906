package org.halftune.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README.md and the pages under it point at exists, and what they quote is the source. */
class DocumentsTest {
    private static final Path MAIN = Path.of("src/main/java/org/halftune");
    private static final Path TESTS = Path.of("tests/java/org/halftune");

    /** {@code package.Type} or {@code package.Type.member}. */
    private static final Pattern TYPE = Pattern.compile("((?:[a-z]\\w*\\.)+)([A-Z]\\w+)(?:\\.([a-z]\\w*))?");

    private static final Pattern TEST = Pattern.compile("([A-Z]\\w+Test)(?:\\.(\\w+))?");

    /** The last word of a label such as {@code `Llama.forwardBackward`}, but not of a file's name. */
    private static final Pattern MEMBER = Pattern.compile("`(?:\\w+\\.)*(?!java`|cuh?`)(\\w+)(?:\\(\\))?`");

    /** A flag of Halftune, but not the beginning of several ({@code --freeze_…}). */
    private static final Pattern FLAG = Pattern.compile("(?<![\\w=-])--([a-z]\\w*)(?![\\w…-])");

    /** Flags of TensorBoard, and of scripts under {@code benchmarks/peers}. */
    private static final Set<String> OF_OTHERS = Set.of("logdir", "json", "pairs");

    @Test
    void linksLeadToFilesAndHeadingsThatExist() throws IOException {
        var broken = new ArrayList<String>();
        for (var page : Document.all()) {
            for (var link : page.links()) {
                if (link.target().matches("[a-z]+:.*")) continue;
                var parts = link.target().split("#", 2);
                var target = parts[0].isEmpty()
                        ? page.path()
                        : beside(page).resolve(parts[0]).normalize();
                if (!Files.exists(target)) broken.add(page.path() + ": " + link.target());
                else if (parts.length == 2 && !Document.read(target).anchors().contains(parts[1]))
                    broken.add(page.path() + ": " + link.target() + " has no such heading");
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void linksToSourceNameWhatStandsThere() throws IOException {
        var broken = new ArrayList<String>();
        for (var page : Document.all()) {
            for (var link : page.links()) {
                if (!link.target().matches("(?!https?:).*\\.(java|cu|cuh)")) continue;
                var member = MEMBER.matcher(link.label());
                var file = beside(page).resolve(link.target()).normalize();
                if (member.matches() && Files.exists(file) && !names(Files.readString(file), member.group(1)))
                    broken.add(page.path() + ": " + link.label() + " is not in " + file);
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void typesThatPagesNameExist() throws IOException {
        var packages = packages();
        var tests = testClasses();
        var missing = new ArrayList<String>();
        for (var page : Document.all()) {
            for (var code : page.code()) {
                var type = TYPE.matcher(code);
                if (type.matches()) {
                    var name = type.group(1).substring(0, type.group(1).length() - 1);
                    if (!packages.contains(name)) continue;
                    var file = MAIN.resolve(name.replace('.', '/')).resolve(type.group(2) + ".java");
                    if (!Files.exists(file) || type.group(3) != null && !names(Files.readString(file), type.group(3)))
                        missing.add(page.path() + ": " + code);
                }
                var test = TEST.matcher(code);
                if (test.matches() && !tests.contains(test.group(1))) missing.add(page.path() + ": " + code);
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void flagsThatPagesNameExist() throws IOException {
        var flags = new StringBuilder();
        try (Stream<Path> files = Files.list(MAIN.resolve("cli"))) {
            for (var file : files.toList()) flags.append(Files.readString(file));
        }
        var unknown = new ArrayList<String>();
        for (var page : Document.all()) {
            if (!page.path().startsWith("docs") && !page.path().equals(Path.of("README.md"))) continue;
            FLAG.matcher(page.text())
                    .results()
                    .map(flag -> flag.group(1))
                    .filter(name -> !OF_OTHERS.contains(name) && flags.indexOf("\"" + name + "\"") < 0)
                    .forEach(name -> unknown.add(page.path() + ": --" + name));
        }
        assertThat(unknown).isEmpty();
    }

    /** After a change of the source: {@code mvn test -Dtest=DocumentsTest -Dhalftune.rewrite=true}. */
    @Test
    void excerptsAreTheSourcesOwnLines() throws IOException {
        for (var page : Document.all()) {
            var refreshed = Excerpts.refreshed(page.text());
            if (Boolean.getBoolean("halftune.rewrite")) {
                if (!refreshed.equals(page.text())) Files.writeString(page.path(), refreshed);
            } else {
                assertThat(page.text())
                        .as("mvn test -Dtest=DocumentsTest -Dhalftune.rewrite=true")
                        .isEqualTo(refreshed);
            }
        }
    }

    private static Path beside(Document page) {
        var folder = page.path().getParent();
        return folder == null ? Path.of("") : folder;
    }

    private static boolean names(String text, String word) {
        return Pattern.compile("\\b" + Pattern.quote(word) + "\\b")
                .matcher(text)
                .find();
    }

    private static Set<String> packages() throws IOException {
        try (Stream<Path> files = Files.walk(MAIN)) {
            return files.filter(Files::isDirectory)
                    .map(folder -> MAIN.relativize(folder).toString().replace('/', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static List<String> testClasses() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .toList();
        }
    }
}
