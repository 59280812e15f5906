package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.chat.PlainTemplate;
import org.halftune.chat.Span;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Masks by character: the fake tokenizer makes a token of each. {@code $} is EOS, {@code ^} BOS, {@code _} masked. */
class ExampleEncoderTest {

    private static final List<Message> CHAT = List.of(
            Message.of("system", "s"),
            Message.of("user", "u"),
            Message.of("assistant", "a"),
            Message.of("user", "v"),
            Message.of("assistant", "b"));

    @Test
    void textTrainsOnAllTokensAndEos() {
        check(encoder(100, null, false), new Row.Text("abc"), "abc$", "abc$");
        check(encoder(100, null, false), new Row.Text("abc</s>"), "abc$", "abc$");
        check(encoder(100, null, false), new Row.Text(""), "$", "$");
    }

    @Test
    void promptCompletionTrainsOnCompletionAndEos() {
        var row = new Row.PromptCompletion("ab", "cd");
        check(encoder(100, null, false), row, "abcd$", "__cd$");
        check(encoder(100, true, false), row, "abcd$", "__cd$");
        check(encoder(100, false, false), row, "abcd$", "abcd$");
        check(encoder(100, null, false), new Row.PromptCompletion("ab", "cd</s>"), "abcd$", "__cd$");
        check(encoder(100, null, false), new Row.PromptCompletion("ab", ""), "ab$", "__$");
        check(encoder(100, null, false), new Row.PromptCompletion("", "cd"), "cd$", "cd$");
    }

    @Test
    void bosAndEosAreNotDuplicatedIfTheTokenizerAddsThem() {
        var row = new Row.PromptCompletion("ab", "cd");
        check(encoder(new FakeTokenizer(true, false), 100, null, false), row, "^abcd$", "___cd$");
        check(encoder(new FakeTokenizer(true, true), 100, null, false), row, "^abcd$", "___cd$");
        check(encoder(new FakeTokenizer(true, true), 100, null, false), new Row.Text("ab"), "^ab$", "^ab$");
        Question question =
                encoder(new FakeTokenizer(true, true), 100, null, false).question(placed(row));
        assertThat(FakeTokenizer.PLAIN.decode(question.promptIds(), false)).isEqualTo("^ab");
    }

    @Test
    void alpacaTrainsOnTheOutput() {
        EncodedRow row = encoder(1000, null, false).encode(placed(new Row.Instruction("Add 100%.", "1 2", "3")));
        assertThat(text(row.examples().getFirst().inputIds()))
                .isEqualTo(
                        "Below is an instruction that describes a task, paired with an input that provides further context. "
                                + "Write a response that appropriately completes the request.\n\n### Instruction:\nAdd 100%.\n\n"
                                + "### Input:\n1 2\n\n### Response:\n3$");
        assertThat(text(row.examples().getFirst().labels())).matches("_+3\\$");
        row = encoder(1000, null, false).encode(placed(new Row.Instruction("Hi.", "", "Ho.")));
        assertThat(text(row.examples().getFirst().inputIds()))
                .isEqualTo(
                        "Below is an instruction that describes a task. Write a response that appropriately completes the "
                                + "request.\n\n### Instruction:\nHi.\n\n### Response:\nHo.$");
    }

    @Test
    void messagesTrainOnAllTokensOrAssistantTurns() {
        String rendered = "### System:\ns\n\n### User:\nu\n\n### Assistant:\na$\n\n### User:\nv\n\n### Assistant:\nb$";
        check(encoder(1000, null, false), new Row.Messages(Conversation.of(CHAT)), rendered, rendered);
        EncodedRow row = encoder(1000, null, true).encode(placed(new Row.Messages(Conversation.of(CHAT))));
        assertThat(text(row.examples().getFirst().inputIds())).isEqualTo(rendered);
        assertThat(text(row.examples().getFirst().labels()).replaceAll("_+", "_"))
                .isEqualTo("_a$_b$");
    }

    @Test
    void chatCompletionTrainsOnWhatFollowsThePrompt() {
        var row = new Row.ChatCompletion(Conversation.of(CHAT.subList(0, 2)), CHAT.subList(2, 5));
        EncodedRow encoded = encoder(1000, null, false).encode(placed(row));
        assertThat(text(encoded.examples().getFirst().labels()).replaceAll("_+", "_"))
                .isEqualTo("_a$\n\n### User:\nv\n\n### Assistant:\nb$");
        encoded = encoder(1000, null, true).encode(placed(row));
        assertThat(text(encoded.examples().getFirst().labels()).replaceAll("_+", "_"))
                .isEqualTo("_a$_b$");
    }

    @Test
    void tokenizedRowsAreUnchanged() {
        var row = new Row.Tokenized(new int[] {97, 98, 99}, new int[] {-100, 98, -100});
        check(encoder(100, null, true), row, "abc", "_b_");
    }

    @Test
    void truncationKeepsTheStartAndIsReported() {
        EncodedRow row = encoder(4, null, false).encode(placed(new Row.PromptCompletion("ab", "cdef")));
        assertThat(text(row.examples().getFirst().inputIds())).isEqualTo("abcd");
        assertThat(text(row.examples().getFirst().labels())).isEqualTo("__cd");
        assertThat(row.truncated()).isTrue();
        assertThat(row.fullLength()).isEqualTo(7);
        assertThat(encoder(4, null, false).encode(placed(new Row.Text("abc"))).truncated())
                .isFalse();
    }

    @Test
    void rowThatDoesNotFitTheModelIsAnError() {
        var ids = new Row.Tokenized(new int[] {1, 258}, new int[] {1, -100});
        InputError error = error(encoder(100, null, false), ids);
        assertThat(error.what()).contains("258", "position 1", "vocab_size 258");
        assertThat(error.where()).contains("rows.jsonl, line 3", "input_ids[1]");
        error = error(encoder(100, null, false), new Row.Tokenized(new int[] {1, 2}, new int[] {300, 2}));
        assertThat(error.where()).contains("labels[0]");
        error = error(encoder(5000, null, false), new Row.Text("x".repeat(2000)));
        assertThat(error.what()).contains("2,001 tokens", "1,024 positions");
    }

    @Test
    void optionThatDoesNotApplyToARowIsAnError() {
        assertThat(error(encoder(100, true, false), new Row.Text("a")).what()).contains("completion_only_loss");
        assertThat(error(encoder(100, true, false), new Row.Messages(Conversation.of(CHAT)))
                        .what())
                .contains("completion_only_loss");
        assertThat(error(encoder(100, null, true), new Row.Text("a")).what()).contains("assistant_only_loss");
        assertThat(error(encoder(100, null, true), new Row.PromptCompletion("a", "b"))
                        .what())
                .contains("assistant_only_loss");
        assertThat(catchThrowableOfType(InputError.class, () -> new EncodingOptions(1, null, false))
                        .what())
                .contains("max_length 1");
    }

    @Test
    void defaultLengthIsLoweredToTheModelButAGivenOneMustFit() {
        var limits = new ModelLimits(9, 512);
        assertThat(MaxLength.asked(512).within(limits)).isEqualTo(512);
        assertThat(MaxLength.DEFAULT.within(limits)).isEqualTo(512);
        assertThat(MaxLength.DEFAULT.within(new ModelLimits(9, 2048))).isEqualTo(1024);
        assertThat(catchThrowableOfType(
                                InputError.class, () -> MaxLength.asked(1024).within(limits))
                        .what())
                .contains("1024", "512");
        assertThat(catchThrowableOfType(InputError.class, () -> MaxLength.asked(1))
                        .what())
                .contains("--max_length 1");
    }

    @Test
    void tokenAcrossPromptAndCompletionIsTrainedOn() {
        var tokens = new TokenizedText(
                new int[] {5, 6, 7, 8}, new int[] {-1, 0, 2, 5}, new int[] {-1, 2, 5, 7}); // BOS "ab" "cde" "fg"
        var learnt = List.of(new Span(3, 7));
        assertThat(TokenMask.labels(tokens, learnt, 7)).containsExactly(-100, -100, 7, 8);
        assertThat(PromptBoundary.isShared(tokens, 3)).isTrue();
        assertThat(PromptBoundary.isShared(tokens, 5)).isFalse();
    }

    @Test
    void emptyTokenBelongsToTheCharacterBeforeIt() {
        // "a\n" + "\nb": byte-level tokenizers may report "\n" as an empty span after it.
        var tokens = new TokenizedText(new int[] {1, 2, 3, 4}, new int[] {0, 2, 3, 3}, new int[] {1, 2, 3, 4});
        assertThat(TokenMask.labels(tokens, List.of(new Span(2, 4)), 4)).containsExactly(-100, -100, 3, 4);
    }

    @Test
    void questionsEndWhereTheAnswerStarts() {
        ExampleEncoder encoder = encoder(1000, null, false);
        assertQuestion(encoder, new Row.PromptCompletion("ab", "cd"), "ab", "cd");
        assertQuestion(
                encoder,
                new Row.Messages(Conversation.of(CHAT.subList(1, 3))),
                "### User:\nu\n\n### Assistant:\n",
                "a");
        assertQuestion(
                encoder, new Row.Messages(Conversation.of(CHAT.subList(1, 2))), "### User:\nu\n\n### Assistant:\n", "");
        assertQuestion(
                encoder,
                new Row.ChatCompletion(Conversation.of(CHAT.subList(1, 2)), CHAT.subList(2, 3)),
                "### User:\nu\n\n### Assistant:\n",
                "a");
        assertThat(catchThrowableOfType(InputError.class, () -> encoder.question(placed(new Row.Text("a"))))
                        .what())
                .contains("no prompt");
    }

    private static void assertQuestion(ExampleEncoder encoder, Row row, String prompt, String reference) {
        Question question = encoder.question(placed(row));
        assertThat(text(question.promptIds())).isEqualTo(prompt);
        assertThat(question.reference()).isEqualTo(reference);
    }

    private static void check(ExampleEncoder encoder, Row row, String ids, String labels) {
        Example example = encoder.encode(placed(row)).examples().getFirst();
        assertThat(text(example.inputIds())).isEqualTo(ids);
        assertThat(text(example.labels())).isEqualTo(labels);
    }

    private static InputError error(ExampleEncoder encoder, Row row) {
        return catchThrowableOfType(InputError.class, () -> encoder.encode(placed(row)));
    }

    private static ExampleEncoder encoder(int maxLength, @Nullable Boolean completionOnly, boolean assistantOnly) {
        return encoder(FakeTokenizer.PLAIN, maxLength, completionOnly, assistantOnly);
    }

    private static ExampleEncoder encoder(
            Tokenizer tokenizer, int maxLength, @Nullable Boolean completionOnly, boolean assistantOnly) {
        var options = new EncodingOptions(maxLength, completionOnly, assistantOnly);
        return new ExampleEncoder(tokenizer, new PlainTemplate("</s>"), options, new ModelLimits(258, 1024));
    }

    private static PlacedRow placed(Row row) {
        return new PlacedRow(new Place(Path.of("rows.jsonl"), 3, 3), row);
    }

    private static String text(int[] ids) {
        return FakeTokenizer.PLAIN.decode(ids, false);
    }
}
