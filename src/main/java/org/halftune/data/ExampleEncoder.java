package org.halftune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.halftune.data.Message.Role;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Makes examples of rows, as TRL's {@code SFTTrainer} does:
 *
 * <ul>
 *   <li>{@code text}: all is learnt, EOS is appended;
 *   <li>{@code prompt} + {@code completion} and alpaca: the completion and an appended EOS are learnt;
 *   <li>{@code messages}: the rendered conversation, all of it learnt, or the assistant's turns; EOS is the template's affair;
 *   <li>the same as {@code prompt} + {@code completion}: what follows the rendered prompt and its generation prompt is learnt;
 *   <li>{@code input_ids}: as they are.
 * </ul>
 *
 * <p>EOS is appended unless it already stands at the end. BOS stands where the tokenizer's own rule puts it, once.
 *
 * <p>Where prompt and completion meet, see {@link PromptBoundary}.
 *
 * <p>Stateless; may be used by several threads.
 */
public final class ExampleEncoder {

    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final EncodingOptions options;
    private final ModelLimits limits;

    public ExampleEncoder(Tokenizer tokenizer, ChatTemplate template, EncodingOptions options, ModelLimits limits) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.options = options;
        this.limits = limits;
    }

    public EncodingOptions options() {
        return options;
    }

    /** @throws InputError if the row cannot be used under the options, or does not fit the model */
    public EncodedRow encode(PlacedRow placed) {
        Place place = placed.place();
        return switch (placed.row()) {
            case Row.Text text -> wholeText(text.text(), place);
            case Row.PromptCompletion pair -> continuation(pair.prompt(), pair.completion(), place);
            case Row.Instruction row -> continuation(AlpacaPrompt.of(row), row.output(), place);
            case Row.Messages chat -> {
                checkNoCompletionAsked("messages", place);
                yield conversation(template.render(chat.messages(), false), 0, place);
            }
            case Row.ChatCompletion chat -> {
                List<Segment> rendered = template.render(concat(chat.prompt(), chat.completion()), false);
                String prompt = ChatTemplate.text(template.render(chat.prompt(), true));
                int learntFrom = options.masksPrompt() ? commonPrefix(prompt, ChatTemplate.text(rendered)) : 0;
                yield conversation(rendered, learntFrom, place);
            }
            case Row.Tokenized row -> fit(row.inputIds(), row.labels(), false, place);
        };
    }

    /**
     * The row as a question for generation: its prompt, rendered for an answer, and the answer it holds. A conversation
     * asks for its last turn, if that is the assistant's.
     *
     * @throws InputError if the row has no prompt
     */
    public Question question(PlacedRow placed) {
        return switch (placed.row()) {
            case Row.PromptCompletion pair -> new Question(promptIds(pair.prompt(), true), pair.completion());
            case Row.Instruction row -> new Question(promptIds(AlpacaPrompt.of(row), true), row.output());
            case Row.ChatCompletion chat ->
                ask(chat.prompt(), chat.completion().getFirst().content());
            case Row.Messages chat -> {
                List<Message> messages = chat.messages();
                Message last = messages.getLast();
                if (last.role() != Role.ASSISTANT) yield ask(messages, "");
                if (messages.size() == 1) throw noPrompt(placed.place());
                yield ask(messages.subList(0, messages.size() - 1), last.content());
            }
            case Row.Text _, Row.Tokenized _ -> throw noPrompt(placed.place());
        };
    }

    private Question ask(List<Message> messages, String reference) {
        return new Question(
                promptIds(ChatTemplate.text(template.render(messages, true)), !template.writesSpecialTokens()),
                reference);
    }

    /** Without the EOS that some tokenizers add by themselves: the text is to go on. */
    private int[] promptIds(String text, boolean addSpecialTokens) {
        Tokens tokens = tokenizer.tokenize(text, addSpecialTokens);
        return text.isEmpty() ? tokens.ids() : Arrays.copyOf(tokens.ids(), PromptBoundary.endOfText(tokens));
    }

    private EncodedRow wholeText(String text, Place place) {
        checkNoCompletionAsked("text", place);
        checkNoTurnsAsked("text", place);
        int[] ids = appended(tokenizer.encode(text, true), eosToAppend(place));
        return fit(ids, ids.clone(), false, place);
    }

    private EncodedRow continuation(String prompt, String completion, Place place) {
        checkNoTurnsAsked("a prompt and a completion in plain text", place);
        String text = prompt + completion;
        int from = options.masksPrompt() ? prompt.length() : 0;
        Tokens tokens = PromptBoundary.tokenize(tokenizer, text, from, true);
        int[] labels = TokenMask.labels(tokens, List.of(new TokenMask.Stretch(from, text.length())), text.length());
        int eos = eosToAppend(place);
        int[] ids = appended(tokens.ids(), eos);
        if (ids.length > labels.length) labels = appended(labels, eos);
        labels[labels.length - 1] = ids[ids.length - 1]; // EOS, whoever added it, is part of the completion
        return fit(ids, labels, PromptBoundary.isShared(tokens, from), place);
    }

    private EncodedRow conversation(List<Segment> segments, int learntFrom, Place place) {
        var learnt = new ArrayList<TokenMask.Stretch>();
        int at = 0;
        for (Segment segment : segments) {
            int from = Math.max(at, learntFrom);
            at += segment.text().length();
            if (from < at && (segment.assistant() || !options.assistantOnlyLoss()))
                learnt.add(new TokenMask.Stretch(from, at));
        }
        String text = ChatTemplate.text(segments);
        Tokens tokens = PromptBoundary.tokenize(tokenizer, text, learntFrom, !template.writesSpecialTokens());
        int[] labels = TokenMask.labels(tokens, learnt, text.length());
        return fit(tokens.ids(), labels, PromptBoundary.isShared(tokens, learntFrom), place);
    }

    /** Keeps the start, and checks what is kept against the model. */
    private EncodedRow fit(int[] ids, int[] labels, boolean sharedBoundary, Place place) {
        int length = Math.min(ids.length, options.maxLength());
        if (length > limits.maxPositions()) {
            throw new InputError(
                    "the row has " + ids.length + " tokens, the model " + limits.maxPositions() + " positions",
                    place.toString(),
                    "set max_length to at most " + limits.maxPositions());
        }
        for (int i = 0; i < length; i++) {
            if (ids[i] < 0 || ids[i] >= limits.vocabSize()) throw outOfRange("input_ids", i, ids[i], place);
            if (labels[i] != Example.IGNORED && (labels[i] < 0 || labels[i] >= limits.vocabSize())) {
                throw outOfRange("labels", i, labels[i], place);
            }
        }
        var example = length == ids.length
                ? new Example(ids, labels)
                : new Example(Arrays.copyOf(ids, length), Arrays.copyOf(labels, length));
        return new EncodedRow(example, ids.length, sharedBoundary);
    }

    private InputError outOfRange(String field, int position, int id, Place place) {
        return new InputError(
                "token id " + id + " at position " + position + " is not below the model's vocab_size "
                        + limits.vocabSize(),
                place.field(field + "[" + position + "]"),
                "tokenize the data with this model's own tokenizer");
    }

    private int eosToAppend(Place place) {
        SpecialTokens.@Nullable SpecialToken eos = tokenizer.special().eos();
        if (eos != null) return eos.id();
        throw new InputError(
                "the tokenizer has no EOS token to end the text with",
                place.toString(),
                "name it in the model folder's tokenizer_config.json: \"eos_token\": \"…\"");
    }

    private void checkNoCompletionAsked(String has, Place place) {
        if (!Boolean.TRUE.equals(options.completionOnlyLoss())) return;
        throw new InputError(
                "completion_only_loss needs rows with a prompt and a completion, this one has " + has,
                place.toString(),
                "leave completion_only_loss out, or split the rows into prompt and completion");
    }

    private void checkNoTurnsAsked(String has, Place place) {
        if (!options.assistantOnlyLoss()) return;
        throw new InputError(
                "assistant_only_loss needs conversations, this row has " + has,
                place.toString(),
                "leave assistant_only_loss out, or write the rows as messages");
    }

    private static InputError noPrompt(Place place) {
        return new InputError(
                "the row has no prompt to answer",
                place.toString(),
                "give rows with prompt and completion, or messages");
    }

    private static int[] appended(int[] values, int last) {
        int n = values.length;
        if (n > 0 && values[n - 1] == last) return values;
        int[] longer = Arrays.copyOf(values, n + 1);
        longer[n] = last;
        return longer;
    }

    private static List<Message> concat(List<Message> first, List<Message> second) {
        var all = new ArrayList<Message>(first);
        all.addAll(second);
        return all;
    }

    /** The prompt's whole length, unless the template writes a prompt differently when turns follow it. */
    private static int commonPrefix(String prompt, String whole) {
        int end = Math.min(prompt.length(), whole.length());
        int at = 0;
        while (at < end && prompt.charAt(at) == whole.charAt(at)) at++;
        return at;
    }
}
