package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.halftune.chat.PlainTemplate;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {

    @TempDir
    Path folder;

    @Test
    void rowsComeInTheOrderOfTheFilesWhateverTheThreads() throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < 1500; i++)
            lines.append("{\"text\": \"row ").append(i).append("\"}\n");
        List<Path> files = List.of(write("a.jsonl", lines.toString()), write("b.json", "[{\"text\": \"last\"}]"));
        for (int threads : new int[] {1, 3}) {
            Dataset data = Dataset.load(files, encoder(100), threads);
            assertThat(data.rows()).hasSize(1501);
            for (int i = 0; i < 1500; i++) assertThat(text(data, i)).isEqualTo("row " + i + "$");
            assertThat(text(data, 1500)).isEqualTo("last$");
        }
    }

    @Test
    void theSummaryCountsWhatBecameOfTheRows() throws IOException {
        Path file = write("a.jsonl", """
                {"prompt": "ab", "completion": "cd"}
                {"prompt": "abc", "completion": "defgh"}
                {"prompt": "abcdefgh", "completion": "i"}
                {"text": ""}
                """);
        DatasetSummary summary = Dataset.load(List.of(file), encoder(6), 2).summary();
        var forms = new TreeMap<>(Map.of("prompt, completion", 3, "text", 1));
        var notes = new RowNotes(forms, List.of(), new TreeSet<>(Set.of(FakeTokenizer.EOS)), 0);
        assertThat(summary).isEqualTo(new DatasetSummary(4, 11, 6, 2, 0, 2, 1, 0, 6, 6, notes));
        assertThat(notes.form()).isEqualTo("prompt, completion (3) and text (1)");
        assertThat(summary.warnings())
                .containsExactly(
                        "2 of 4 rows are longer than max_length 6 and were cut",
                        "1 of 4 rows was left out: max_length 6 cuts off all that is learnt",
                        "1 of 4 rows was left out: no token to learn");
    }

    @Test
    void packedRowsHoldTheSameExamples() throws IOException {
        Path file = write("a.jsonl", "{\"text\": \"abc\"}\n{\"text\": \"abcdefg\"}\n{\"text\": \"de\"}\n");
        Dataset data = Dataset.load(List.of(file), encoder(8), 1);
        Dataset packed = data.packed(8);
        assertThat(data.mostSequencesInRow()).isEqualTo(1);
        assertThat(packed.rows()).hasSize(2);
        assertThat(packed.longestRow()).isEqualTo(8);
        assertThat(packed.mostSequencesInRow()).isEqualTo(2);
        assertThat(packed.rows().get(1))
                .containsExactly(
                        data.rows().get(0).getFirst(), data.rows().get(2).getFirst());
    }

    @Test
    void dataInWhichNothingIsLearntIsAnErrorThatSaysWhy() throws IOException {
        assertThat(error("[]").what()).contains("no rows");
        InputError error = error("{\"prompt\": \"abcdefgh\", \"completion\": \"i\"}");
        assertThat(error.what()).contains("the only row has no token to learn", "max_length 6 cuts it off");
        assertThat(error.fix()).contains("raise max_length");
        assertThat(error("{\"input_ids\": [1, 2], \"labels\": [-100, -100]}").fix())
                .contains("all -100");
        assertThat(error("{\"text\": \"a\"}\n{\"text\": 1}").where()).contains("line 2");
    }

    private InputError error(String content) throws IOException {
        Path file = write("bad.jsonl", content);
        return catchThrowableOfType(InputError.class, () -> Dataset.load(List.of(file), encoder(6), 2));
    }

    private static ExampleEncoder encoder(int maxLength) {
        return new ExampleEncoder(
                FakeTokenizer.PLAIN,
                new PlainTemplate("</s>"),
                EncodingOptions.ofLength(maxLength),
                new ModelLimits(258, 1024));
    }

    private static String text(Dataset data, int row) {
        return FakeTokenizer.PLAIN.decode(data.rows().get(row).getFirst().inputIds(), false);
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
