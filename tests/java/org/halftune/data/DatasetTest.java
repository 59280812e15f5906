package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.halftune.chat.PlainTemplate;
import org.halftune.problem.InputError;
import org.halftune.source.DataPart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {

    @TempDir
    Path folder;

    @Test
    void rowDrawnTwiceIsOnOneSideOfASplit() {
        var examples = new ArrayList<Example>();
        for (int i = 0; i < 6; i++) examples.add(new Example(new int[] {i, i}, new int[] {i, i}));
        var drawn = Datasets.of(examples).choose(new int[] {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5});
        var split = drawn.split(2, 7);
        assertThat(split.heldOut().size()).isEqualTo(2);
        assertThat(split.train().size()).isEqualTo(8);
        assertThat(firstIds(split.train())).doesNotContainAnyElementsOf(firstIds(split.heldOut()));
    }

    private static List<Integer> firstIds(Dataset data) {
        return IntStream.range(0, data.size())
                .mapToObj(row -> data.row(row).getFirst().inputIds()[0])
                .toList();
    }

    @Test
    void rowsKeepTheOrderOfTheFilesForAnyNumberOfThreads() throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < 1500; i++)
            lines.append("{\"text\": \"row ").append(i).append("\"}\n");
        List<Path> files = List.of(write("a.jsonl", lines.toString()), write("b.json", "[{\"text\": \"last\"}]"));
        for (int threads : new int[] {1, 3}) {
            Dataset data = Datasets.load(files, encoder(100), threads);
            assertThat(data.size()).isEqualTo(1501);
            for (int i = 0; i < 1500; i++) assertThat(text(data, i)).isEqualTo("row " + i + "$");
            assertThat(text(data, 1500)).isEqualTo("last$");
        }
    }

    @Test
    void summaryCountsTruncatedDroppedAndKeptRows() throws IOException {
        Path file = write("a.jsonl", """
                {"prompt": "ab", "completion": "cd"}
                {"prompt": "abc", "completion": "defgh"}
                {"prompt": "abcdefgh", "completion": "i"}
                {"text": ""}
                """);
        DatasetSummary summary = Datasets.load(List.of(file), encoder(6), 2).summary();
        var forms = new TreeMap<>(Map.of("prompt, completion", 3, "text", 1));
        var notes = new RowNotes(forms, List.of(), new TreeSet<>(Set.of(FakeTokenizer.EOS)), 0, 0, 0, 3, 2);
        assertThat(summary).isEqualTo(new DatasetSummary(4, 11, 6, 2, 0, 2, 1, 0, 6, 6, notes));
        assertThat(notes.format()).isEqualTo("prompt, completion (3); text (1)");
        assertThat(summary.warnings())
                .containsExactly(
                        "2 of 4 rows are longer than max_length 6 and were cut",
                        "1 of 4 rows was left out: max_length 6 cuts off all tokens to learn",
                        "1 of 4 rows was left out: no token to learn");
    }

    @Test
    void packedRowsHoldTheSameExamples() throws IOException {
        Path file = write("a.jsonl", "{\"text\": \"abc\"}\n{\"text\": \"abcdefg\"}\n{\"text\": \"de\"}\n");
        Dataset data = Datasets.load(List.of(file), encoder(8), 1);
        Dataset packed = data.packed(8);
        assertThat(IntStream.range(0, data.size()).map(data::sequences)).containsOnly(1);
        assertThat(packed.size()).isEqualTo(2);
        assertThat(IntStream.range(0, packed.size()).map(packed::tokens).max().orElseThrow())
                .isEqualTo(8);
        assertThat(IntStream.range(0, packed.size()).map(packed::sequences)).contains(2);
        assertThat(packed.row(1).stream().map(Example::inputIds))
                .containsExactly(
                        data.row(0).getFirst().inputIds(),
                        data.row(2).getFirst().inputIds());
    }

    @Test
    void splitHoldsOutAFractionOrANumberWithoutOverlap() throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < 41; i++) lines.append("{\"text\": \"row ").append(i).append("\"}\n");
        Dataset data = Datasets.load(List.of(write("a.jsonl", lines.toString())), encoder(100), 1);
        for (double size : new double[] {0.1, 5}) {
            var split = data.split(size, 7);
            assertThat(split.heldOut().size()).isEqualTo(5);
            var texts = new ArrayList<String>();
            for (int i = 0; i < split.train().size(); i++) texts.add(text(split.train(), i));
            for (int i = 0; i < 5; i++) texts.add(text(split.heldOut(), i));
            assertThat(texts).doesNotHaveDuplicates().hasSize(41);
            assertThat(text(data.split(size, 7).heldOut(), 3)).isEqualTo(text(split.heldOut(), 3));
            assertThat(data.split(size, 8).heldOut().row(0))
                    .isNotEqualTo(split.heldOut().row(0));
        }
        assertThat(catchThrowableOfType(InputError.class, () -> data.split(41, 7))
                        .what())
                .isEqualTo("--val_size holds out 41 of 41 rows, which leaves none to train on");
    }

    @Test
    void descriptionCountsWhatWasReadAndWhatIsTrainedOn() throws IOException {
        Dataset data = Datasets.load(List.of(write("a.jsonl", rows("row", 10))), encoder(100), 1);
        assertThat(DatasetDescription.of(data, encoder(100)).line())
                .startsWith("rows 10 · ")
                .containsPattern("· \\d+ tokens, \\d+ trained$");
        assertThat(DatasetDescription.of(data.split(4, 7).train(), encoder(100)).line())
                .startsWith("rows 10 read, 6 to train on · ")
                .containsPattern("· \\d+ tokens read, \\d+ of them with a loss; \\d+ to train on$");
    }

    @Test
    void weightsMixDataSetsInProportion() throws IOException {
        var few = DataPart.of(write("few.jsonl", rows("few", 30))).withWeight(OptionalDouble.of(0.3));
        var many = DataPart.of(write("many.jsonl", rows("many", 1000))).withWeight(OptionalDouble.of(0.7));
        var notices = new ArrayList<String>();
        var mixed = Dataset.load(List.of(few, many), encoder(100), new Dataset.Loading(2, 1, folder, notices::add));
        assertThat(notices.getLast())
                .isEqualTo("rows per epoch: 30 of 30 from " + few.name() + ", 70 of 1,000 from " + many.name());
        assertThat(mixed.size()).isEqualTo(100);
        var texts = new ArrayList<String>();
        for (int i = 0; i < 100; i++) texts.add(text(mixed, i));
        assertThat(texts).doesNotHaveDuplicates();
        for (int tenth = 0; tenth < 10; tenth++) {
            assertThat(texts.subList(10 * tenth, 10 * tenth + 10).stream().filter(text -> text.startsWith("few")))
                    .as("evenly")
                    .hasSize(3);
        }
    }

    private static String rows(String name, int count) {
        var lines = new StringBuilder();
        for (int i = 0; i < count; i++)
            lines.append("{\"text\": \"" + name + " ").append(i).append("\"}\n");
        return lines.toString();
    }

    @Test
    void limitKeepsTheFirstRowsOfADataSet() throws IOException {
        var part = DataPart.of(write("a.jsonl", rows("row", 10) + "not read")).first(OptionalInt.of(4));
        var loading = new Dataset.Loading(1, 0, folder, _ -> {});
        assertThat(Dataset.load(List.of(part, part), encoder(100), loading).size())
                .isEqualTo(8);
    }

    @Test
    void dataWithoutATokenToLearnIsAnErrorThatNamesTheReason() throws IOException {
        assertThat(error("[]").what()).contains("no rows");
        InputError error = error("{\"prompt\": \"abcdefgh\", \"completion\": \"i\"}");
        assertThat(error.what()).contains("the only row has no token to learn", "max_length 6 cuts off all tokens");
        assertThat(error.fix()).contains("raise max_length");
        assertThat(error("{\"input_ids\": [1, 2], \"labels\": [-100, -100]}").fix())
                .contains("not -100");
        assertThat(error("{\"text\": \"a\"}\n{\"text\": 1}").where()).contains("line 2");
    }

    private InputError error(String content) throws IOException {
        Path file = write("bad.jsonl", content);
        return catchThrowableOfType(InputError.class, () -> Datasets.load(List.of(file), encoder(6), 2));
    }

    private static ExampleEncoder encoder(int maxLength) {
        return new ExampleEncoder(
                FakeTokenizer.PLAIN,
                new PlainTemplate("</s>"),
                EncodingOptions.ofLength(maxLength),
                new ModelLimits(258, 1024));
    }

    private static String text(Dataset data, int row) {
        return FakeTokenizer.PLAIN.decode(data.row(row).getFirst().inputIds(), false);
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
