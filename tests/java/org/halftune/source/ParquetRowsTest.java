package org.halftune.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are made by {@code make_parquet.py} in their folder. */
class ParquetRowsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"text_none", "text_snappy", "text_zstd", "text_gzip"})
    void everyCompressionGivesTheSameRows(String name) throws IOException {
        assertThat(rows(name)).containsExactly("""
                {"text":"Once upon a time."}""", """
                {"text":""}""", """
                {"text":null}""", """
                {"text":"ä東🙂"}""");
    }

    @Test
    void nestedMessagesEqualThoseOfAJsonFile() throws IOException {
        assertThat(rows("messages")).containsExactly("""
                {"messages":[{"role":"user","content":"hi","tools":null},\
                {"role":"assistant","content":"hello","tools":["a",null]}],"id":1}""", """
                {"messages":[],"id":2}""", """
                {"messages":null,"id":null}""", """
                {"messages":[{"role":"user","content":null,"tools":[]}],"id":4}""");
    }

    @Test
    void everyTypeOfValueIsRead() throws IOException {
        var rows = rows("kinds");
        assertThat(rows.getFirst()).isEqualTo("""
                        {"int64":9007199254740993,"uint32":4294967295,"uint64":18446744073709551615,"time":"2024-02-29T12:00:00Z","double":0.1,"float":0.5,"bool":true,\
                        "input_ids":[1,2,3],"large":"large","bytes":"text","day":"2024-02-29","price":1.50,\
                        "map":{"a":1,"b":null},"deep":[[["x"],[]],null],"struct":{"inner":{"leaf":"v"}}}""");
        assertThat(rows.get(1)).contains("\"double\":\"NaN\"", "\"map\":{}", "\"deep\":[]", "\"inner\":null");
    }

    @Test
    void requiredColumnsAreRead() throws IOException {
        assertThat(rows("required")).containsExactly("""
                        {"turn":{"inner":{"role":"user","content":null}},\
                        "turns":[{"role":"user","content":null},{"role":"a","content":"b"}]}""", """
                        {"turn":{"inner":{"role":"user","content":null}},"turns":[]}""");
    }

    @Test
    void severalRowGroupsPagesAndDictionariesAreRead() throws IOException {
        var rows = rows("groups");
        assertThat(rows).hasSize(500);
        for (int i = 0; i < 500; i++) {
            assertThat(rows.get(i))
                    .isEqualTo("{\"text\":\"row " + i % 7 + " " + "x".repeat(i % 50) + "\",\"n\":" + i + "}");
        }
    }

    @Test
    void errorsNameTheRowNumber() throws IOException {
        try (var source = DataFile.open(file("messages"))) {
            assertThat(source.next()).isNotNull().satisfies(row -> {
                assertThat(row.line()).isZero();
                assertThat(row.row()).isEqualTo(1);
            });
        }
    }

    @Test
    void unsupportedCompressionIsNamed() throws IOException {
        var error = error(file("text_brotli"));
        assertThat(error.what()).contains("BROTLI");
        assertThat(error.fix()).contains("zstd");
    }

    @Test
    void damagedFileIsAnInputError() throws IOException {
        byte[] whole = Files.readAllBytes(file("groups"));
        for (int length : new int[] {4, 8, 100, whole.length / 2, whole.length - 1}) {
            var error = error(Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(whole, length)));
            assertThat(error.where()).contains("cut.parquet");
            assertThat(error.report().lines()).hasSize(3);
        }
        assertThat(error(Files.writeString(folder.resolve("text.parquet"), "hello"))
                        .what())
                .contains("does not start with PAR1");
    }

    private List<String> rows(String name) throws IOException {
        return rows(file(name));
    }

    private static List<String> rows(Path file) {
        var rows = new ArrayList<String>();
        try (var source = DataFile.open(file)) {
            for (var row = source.next(); row != null; row = source.next())
                rows.add(row.value().toString());
        }
        return rows;
    }

    private static InputError error(Path file) {
        return catchThrowableOfType(InputError.class, () -> rows(file));
    }

    private Path file(String name) throws IOException {
        Path copy = folder.resolve(name + ".parquet");
        try (InputStream bytes = getClass().getResourceAsStream(name + ".parquet")) {
            assertThat(bytes).as(name).isNotNull();
            Files.write(copy, bytes.readAllBytes());
        }
        return copy;
    }
}
