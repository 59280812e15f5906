package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.chat.PlainTemplate;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masks by character: the fake tokenizer makes a token of each. {@code $} is EOS, {@code _} masked. */
class PairEncoderTest {
    @TempDir
    Path folder;

    @Test
    void pairIsOneRowOfTwoSequencesThatLearnTheirAnswersAlone() {
        var row = encoder(100, Preferences.REQUIRED).encode(placed(new Row.TextPreference("ab", "cd", "e")));
        assertThat(row.rows()).hasSize(1);
        assertThat(ids(row)).containsExactly("abcd$", "abe$");
        assertThat(labels(row)).containsExactly("__cd$", "__e$");
    }

    @Test
    void messagesLearnWhatFollowsTheRenderedPrompt() {
        var row =
                encoder(100, Preferences.ACCEPTED).encode(placed(chat(List.of(Message.of("user", "u")), "yes", "no")));
        assertThat(ids(row)).allSatisfy(text -> assertThat(text).startsWith("### User:\nu"));
        assertThat(labels(row).stream().map(text -> text.replaceAll("_+", "_"))).containsExactly("_yes$", "_no$");
    }

    @Test
    void eachSideIsShortenedOnItsOwn() {
        var row = encoder(5, Preferences.REQUIRED).encode(placed(new Row.TextPreference("ab", "cdefg", "h")));
        assertThat(ids(row)).containsExactly("abcde", "abh$");
        assertThat(row.truncated()).isTrue();
    }

    @Test
    void pairsThatPreferNothingOrHaveNoPromptAreRefused() {
        refused(new Row.TextPreference("ab", "c", "c"), "chosen and rejected are equal");
        refused(chat(List.of(Message.of("user", "u")), "a", "a"), "chosen and rejected are equal");
        refused(chat(List.of(), "a", "b"), "the pair has no prompt");
        refused(new Row.Text("abc"), "no preference pair");
        var supervised = catchThrowableOfType(
                InputError.class,
                () -> encoder(100, Preferences.REFUSED).encode(placed(new Row.TextPreference("ab", "c", "d"))));
        assertThat(supervised.fix()).contains("halftune dpo");
    }

    @Test
    void pairWithoutATokenOfOneSideIsLeftOutAndBlankAnswersAreCounted() throws IOException {
        var file = Files.writeString(folder.resolve("pairs.jsonl"), """
                {"prompt": "ab", "chosen": "c", "rejected": "d"}
                {"prompt": "ab", "chosen": "", "rejected": "d"}
                {"prompt": "abcdefgh", "chosen": "c", "rejected": "d"}
                """);
        var data = Datasets.load(List.of(file), encoder(8, Preferences.REQUIRED), 1);
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.sequences(0)).isEqualTo(2);
        assertThat(data.summary().warnings())
                .containsExactly(
                        "1 of 3 rows is longer than max_length 8 and was cut",
                        "1 of 3 rows was left out: max_length 8 cuts off all tokens to learn",
                        "1 of 3 rows has a blank answer (chosen or rejected): of an empty one only the end token is learned");
    }

    private static void refused(Row row, String what) {
        var error = catchThrowableOfType(
                InputError.class, () -> encoder(100, Preferences.REQUIRED).encode(placed(row)));
        assertThat(error.what()).contains(what);
        assertThat(error.where()).contains("pairs.jsonl, line 3");
    }

    private static Row chat(List<Message> prompt, String chosen, String rejected) {
        return new Row.ChatPreference(
                Conversation.of(prompt),
                List.of(Message.of("assistant", chosen)),
                List.of(Message.of("assistant", rejected)));
    }

    private static List<String> ids(EncodedRow row) {
        return row.examples().stream()
                .map(example -> FakeTokenizer.PLAIN.decode(example.inputIds(), false))
                .toList();
    }

    private static List<String> labels(EncodedRow row) {
        return row.examples().stream()
                .map(example -> FakeTokenizer.PLAIN.decode(example.labels(), false))
                .toList();
    }

    private static ExampleEncoder encoder(int maxLength, Preferences preferences) {
        var options = new EncodingOptions(maxLength, Truncation.KEEP_START, null, false, preferences);
        return new ExampleEncoder(FakeTokenizer.PLAIN, new PlainTemplate("</s>"), options, new ModelLimits(258, 1024));
    }

    private static PlacedRow placed(Row row) {
        return new PlacedRow(new Place(Path.of("pairs.jsonl"), 3, 3), row);
    }
}
