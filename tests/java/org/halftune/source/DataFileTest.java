package org.halftune.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataFileTest {
    @TempDir
    Path folder;

    @Test
    void eachLineOfATextFileIsARow() throws IOException {
        var file = write("a.txt", "\uFEFFOnce upon\r\n\n  \n a time\rthere was");
        assertThat(rows(file))
                .containsExactly("{\"text\":\"Once upon\"}", "{\"text\":\" a time\"}", "{\"text\":\"there was\"}");
        assertThat(lines(file)).containsExactly(1L, 4L, 5L);
        assertThat(error(write("b.txt", " \n\n")).what()).isEqualTo("the file is empty");
    }

    @Test
    void csvCellsAreAlwaysStrings() throws IOException {
        var file = write(
                "a.csv", "\uFEFFprompt,completion\r\n1,\r\n\r\n\"two\nlines, \"\"quoted\"\"\",NaN\nlast, null \n");
        assertThat(rows(file))
                .containsExactly(
                        "{\"prompt\":\"1\",\"completion\":\"\"}",
                        "{\"prompt\":\"two\\nlines, \\\"quoted\\\"\",\"completion\":\"NaN\"}",
                        "{\"prompt\":\"last\",\"completion\":\" null \"}");
        assertThat(lines(file)).containsExactly(2L, 4L, 6L);
        assertThat(rows(write("a.tsv", "text\tid\na,b\t\"7\"\n"))).containsExactly("{\"text\":\"a,b\",\"id\":\"7\"}");
        assertThat(rows(write("pandas.csv", ",text\n0,a\n"))).containsExactly("{\"Unnamed: 0\":\"0\",\"text\":\"a\"}");
        assertThat(rows(write("one.csv", "text\na\n\nb\n"))).containsExactly("{\"text\":\"a\"}", "{\"text\":\"b\"}");
        assertThat(rows(write("none.csv", "text\n"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a,b\\n1,2\\n3\\n             | line 3 | the row has 1 cell, but the header has 2
            a,b\\n1,2,3\\n               | line 2 | the row has 3 cells, but the header has 2
            a,b\\n"1\\n",2\\n"3\\n4       | line 4 | a quoted cell has no closing quote
            a,b\\n"1" 2,3\\n             | line 2 | a quoted cell has text after its closing quote
            a,b,a\\n1,2,3\\n             | line 1 | two columns have the name "a"
            a;b\\n1;2\\n                 | line 1 | the header has only one column, "a;b"
            """)
    void invalidCsvNamesTheLine(String content, String where, String what) throws IOException {
        var error = error(write("bad.csv", content.replace("\\n", "\n")));
        assertThat(error.where()).endsWith("bad.csv, " + where);
        assertThat(error.what()).contains(what);
        assertThat(error.fix()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl", "a.txt", "a.csv"})
    void compressionIsDetectedFromTheBytes(String name) throws IOException {
        String content = name.endsWith("jsonl")
                ? "{\"text\": \"ä\"}\n{\"text\": \"b\"}"
                : name.endsWith("txt") ? "ä\nb" : "text\nä\nb";
        byte[] plain = content.getBytes(StandardCharsets.UTF_8);
        var expected = List.of("{\"text\":\"ä\"}", "{\"text\":\"b\"}");
        for (String ending : List.of("", ".gz", ".zst")) {
            assertThat(rows(Files.write(folder.resolve(name + ending), plain))).isEqualTo(expected);
            assertThat(rows(Files.write(folder.resolve(name + ending), gzip(plain))))
                    .isEqualTo(expected);
            assertThat(rows(Files.write(folder.resolve(name + ending), Zstd.compress(plain))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void concatenatedCompressedFilesAreRead() throws IOException {
        byte[] first = "{\"text\": \"a\"}\n".getBytes(StandardCharsets.UTF_8);
        byte[] second = "{\"text\": \"b\"}\n".getBytes(StandardCharsets.UTF_8);
        for (var parts :
                List.of(List.of(gzip(first), gzip(second)), List.of(Zstd.compress(first), Zstd.compress(second)))) {
            var joined = new ByteArrayOutputStream();
            for (byte[] part : parts) joined.write(part);
            assertThat(rows(Files.write(folder.resolve("joined.jsonl.gz"), joined.toByteArray())))
                    .containsExactly("{\"text\":\"a\"}", "{\"text\":\"b\"}");
        }
    }

    @Test
    void damagedCompressionIsAnInputError() throws IOException {
        var random = new Random(3);
        var text = new StringBuilder();
        for (int i = 0; i < 500; i++)
            text.append("{\"text\": \"").append(random.nextLong()).append("\"}\n");
        byte[] plain = text.toString().getBytes(StandardCharsets.UTF_8);
        for (byte[] whole : List.of(gzip(plain), Zstd.compress(plain))) {
            byte[] changed = whole.clone();
            for (int i = 20; i < 60; i++) changed[i] ^= 0x5A;
            for (byte[] damaged : List.of(Arrays.copyOf(whole, whole.length / 2), Arrays.copyOf(whole, 6), changed)) {
                var error = error(Files.write(folder.resolve("a.jsonl.gz"), damaged));
                assertThat(error.what()).containsPattern("the (gzip|zstd) data is damaged or truncated");
                assertThat(error.where()).endsWith("a.jsonl.gz");
            }
        }
        assertThat(error(Files.write(folder.resolve("a.jsonl.bz2"), "BZh91AY".getBytes(StandardCharsets.UTF_8)))
                        .what())
                .contains("bzip2");
    }

    @Test
    void mutatedCompressedFilesOnlyThrowInputErrors() throws IOException {
        var random = new Random(5);
        byte[] plain = "{\"text\": \"abc\"}\n{\"text\": \"def\"}\n".getBytes(StandardCharsets.UTF_8);
        var seeds = List.of(gzip(plain), Zstd.compress(plain));
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = seeds.get(round % 2).clone();
            for (int n = random.nextInt(3); n >= 0; n--)
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                rows(Files.write(folder.resolve("fuzz.jsonl"), bytes));
            } catch (InputError e) {
                assertThat(e.where()).contains("fuzz.jsonl");
            }
        }
    }

    @Test
    void folderIsReadInTheOrderOfFileNames() throws IOException {
        write("b.jsonl", "{\"text\": \"b\"}");
        write("a.txt", "a");
        write("c.csv.gz", "text\nc\n");
        write("README.txt", "about");
        write("dataset_info.json", "{}");
        write("notes.md", "x");
        Files.createDirectory(folder.resolve("inner"));
        assertThat(rows(folder)).containsExactly("{\"text\":\"a\"}", "{\"text\":\"b\"}", "{\"text\":\"c\"}");
        assertThat(DataFolder.of(folder).summary())
                .isEqualTo(folder
                        + ": reads a.txt, b.jsonl, c.csv.gz; skips README.txt, dataset_info.json, inner, notes.md");
        assertThat(error(folder.resolve("inner")).what()).isEqualTo("the folder has no data file");
    }

    @Test
    void unsupportedFileListsTheSupportedFormats() throws IOException {
        assertThat(error(folder.resolve("none.csv")).what()).isEqualTo("the data file does not exist");
        assertThat(error(Path.of("none.csv")).fix())
                .isEqualTo("check the path; from the working folder it is "
                        + Path.of("none.csv").toAbsolutePath());
        assertThat(error(write("a.docx", "x")).what()).contains(".parquet").contains(".csv");
        assertThat(error(write("a.jsonl", "")).what()).isEqualTo("the file is empty");
        var file = write("latin.csv", "text\na\n");
        Files.write(file, "text\na\n\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(error(file).what()).isEqualTo("the file is not UTF-8");
        assertThat(error(file).where()).endsWith("line 3");
    }

    @Test
    void nanAndInfinityAreNumbersAsInPython() throws IOException {
        assertThat(rows(write("a.jsonl", "{\"text\": \"a\", \"score\": NaN, \"least\": -Infinity}")))
                .hasSize(1);
    }

    @Test
    void twoRowsOnALineAndDuplicateKeysAreErrors() throws IOException {
        assertThat(error(write("a.jsonl", "{\"text\": \"a\"} {\"text\": \"b\"}"))
                        .what())
                .isEqualTo("invalid JSON: there is text after the row on its line");
        for (String row : List.of("{\"text\": \"a\", \"text\": \"b\"}", "[{\"text\": \"a\", \"text\": \"b\"}]")) {
            assertThat(error(write("a.jsonl", row)).what()).isEqualTo("invalid JSON: duplicate key \"text\"");
        }
    }

    @Test
    void valuesMayBeNestedAsDeepAsInPython() throws IOException {
        assertThat(lines(write("a.jsonl", "{\"tree\": " + "[".repeat(600) + "]".repeat(600) + "}")))
                .hasSize(1);
        assertThat(error(write("b.jsonl", "{\"tree\": " + "[".repeat(9000) + "]".repeat(9000) + "}"))
                        .what())
                .isEqualTo("the row has values nested more than 2,000 levels deep");
    }

    @Test
    void tooLongLineIsAnErrorNotAnOutOfMemory() throws IOException {
        var file = folder.resolve("long.jsonl");
        try (var out = Files.newBufferedWriter(file)) {
            out.write("{\"text\": \"");
            for (int i = 0; i < 36; i++) out.write("x".repeat(1 << 20));
        }
        assertThat(error(file).what()).contains("more than 32 million characters");
    }

    private List<String> rows(Path file) {
        var rows = new ArrayList<String>();
        try (var source = DataFile.open(file)) {
            for (var row = source.next(); row != null; row = source.next())
                rows.add(row.value().toString());
        }
        return rows;
    }

    private List<Long> lines(Path file) {
        var lines = new ArrayList<Long>();
        try (var source = DataFile.open(file)) {
            for (var row = source.next(); row != null; row = source.next()) lines.add(row.line());
        }
        return lines;
    }

    private InputError error(Path file) {
        return catchThrowableOfType(InputError.class, () -> rows(file));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
