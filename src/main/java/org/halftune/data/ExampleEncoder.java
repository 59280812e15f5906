package org.halftune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.halftune.chat.AssistantTurns;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.chat.Span;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Encodes rows as token ids and labels, as TRL's {@code SFTTrainer} does:
 *
 * <ul>
 *   <li>{@code text}: trains on all tokens; EOS is appended;
 *   <li>{@code prompt} + {@code completion} and alpaca: trains on the completion and an appended EOS;
 *   <li>{@code messages}: trains on the whole rendered conversation, or on assistant turns only; the template writes
 *       the end token;
 *   <li>{@code prompt} + {@code completion} as messages: trains on what follows the rendered prompt and its generation
 *       prompt;
 *   <li>{@code input_ids}: used unchanged;
 *   <li>preference pairs: see {@link PairEncoder}.
 * </ul>
 *
 * <p>Assistant turns that the data excludes ({@code weight: 0}) are never trained on.
 *
 * <p>EOS is appended unless the text already ends with it. BOS is added once, by the tokenizer's own rule.
 *
 * <p>How prompt and completion are joined: see {@link PromptBoundary}.
 *
 * <p>Thread-safe.
 */
public final class ExampleEncoder {

    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final ConversationText conversations;
    private final EncodingOptions options;
    private final ModelLimits limits;
    private final OptionalInt endOfTurn;

    public ExampleEncoder(Tokenizer tokenizer, ChatTemplate template, EncodingOptions options, ModelLimits limits) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.conversations = new ConversationText(template);
        this.options = options;
        this.limits = limits;
        this.endOfTurn = EndOfTurn.of(template, tokenizer);
    }

    public EncodingOptions options() {
        return options;
    }

    public ChatTemplate template() {
        return template;
    }

    /** @throws InputError if the row cannot be used with the options, or does not fit the model */
    public EncodedRow encode(PlacedRow placed) {
        if (options.preferences() == Preferences.REQUIRED && !isPair(placed.row())) throw noPreference(placed.place());
        return encodeAny(placed);
    }

    private static boolean isPair(Row row) {
        return row instanceof Row.TextPreference || row instanceof Row.ChatPreference;
    }

    private EncodedRow encodeAny(PlacedRow placed) {
        Place place = placed.place();
        if (options.preferences() == Preferences.REFUSED && isPair(placed.row())) throw preference(place);
        return switch (placed.row()) {
            case Row.TextPreference pair -> new PairEncoder(this::encodeAny).encode(pair, placed);
            case Row.ChatPreference pair -> new PairEncoder(this::encodeAny).encode(pair, placed);
            case Row.Text text -> wholeText(text.text(), placed);
            case Row.PromptCompletion pair -> continuation(pair.prompt(), pair.completion(), placed);
            case Row.Instruction row -> continuation(AlpacaPrompt.of(row), row.output(), placed);
            case Row.Messages chat -> {
                checkNoCompletionAsked("messages", place);
                yield conversation(conversations.write(chat.conversation(), false, place), 0, placed);
            }
            case Row.ChatCompletion chat -> {
                var whole = conversations.write(chat.whole(), false, place);
                int trainedFrom = 0;
                if (options.masksPrompt()) {
                    var prompt = conversations.write(chat.prompt(), true, place);
                    trainedFrom = commonPrefix(
                            prompt.rendered().text(), whole.rendered().text());
                }
                yield conversation(whole, trainedFrom, placed);
            }
            case Row.Tokenized row -> {
                int last = row.labels()[row.labels().length - 1];
                Set<Integer> ends = last >= 0 && tokenizer.isSpecial(last) ? Set.of(last) : Set.of();
                var draft = new TokenizedRow(
                        row.inputIds(), row.labels(), row.starts(), false, false, row.labels().length - 1, ends);
                yield draft.fitted(options, limits, placed);
            }
        };
    }

    /**
     * The row as a prompt for generation and its reference answer. If a conversation ends with an assistant turn, that
     * turn is the reference.
     *
     * @throws InputError if the row has no prompt
     */
    public Question question(PlacedRow placed) {
        Place place = placed.place();
        return switch (placed.row()) {
            case Row.PromptCompletion pair ->
                new Question(tokenizer.promptIds(pair.prompt(), true), pair.completion(), OptionalInt.empty());
            case Row.Instruction row ->
                new Question(tokenizer.promptIds(AlpacaPrompt.of(row), true), row.output(), OptionalInt.empty());
            case Row.ChatCompletion chat ->
                ask(chat.prompt(), ConversationText.text(chat.completion().getFirst()), place);
            case Row.Messages chat -> {
                List<Message> messages = chat.conversation().messages();
                Message last = messages.getLast();
                if (!last.isAssistant()) yield ask(chat.conversation(), "", place);
                if (messages.size() == 1) throw noPrompt(place);
                yield ask(chat.conversation().first(messages.size() - 1), ConversationText.text(last), place);
            }
            case Row.TextPreference _, Row.ChatPreference _ -> throw preference(place);
            case Row.Text _, Row.Tokenized _ -> throw noPrompt(place);
        };
    }

    private Question ask(Conversation conversation, String reference, Place place) {
        String text = conversations.write(conversation, true, place).rendered().text();
        return new Question(tokenizer.promptIds(text, !template.writesSpecialTokens()), reference, endOfTurn);
    }

    private EncodedRow wholeText(String text, PlacedRow placed) {
        checkNoCompletionAsked("text", placed.place());
        checkNoTurnsAsked("text", placed.place());
        int[] textIds = PromptBoundary.tokenize(tokenizer, text, 0, true).ids();
        int eos = eosToAppend(placed.place());
        int[] ids = appended(textIds, eos);
        return TokenizedRow.of(ids, ids.clone(), false, eos).fitted(options, limits, placed);
    }

    private EncodedRow continuation(String prompt, String completion, PlacedRow placed) {
        checkNoTurnsAsked("a prompt and a completion in plain text", placed.place());
        String text = prompt + completion;
        int from = options.masksPrompt() ? prompt.length() : 0;
        TokenizedText tokens = PromptBoundary.tokenize(tokenizer, text, from, true);
        int[] labels = TokenMask.labels(tokens, List.of(new Span(from, text.length())), text.length());
        int eos = eosToAppend(placed.place());
        int[] ids = appended(tokens.ids(), eos);
        if (ids.length > labels.length) labels = appended(labels, eos);
        labels[labels.length - 1] =
                ids[ids.length - 1]; // EOS belongs to the completion, even if the tokenizer added it
        boolean shared = PromptBoundary.isShared(tokens, from);
        return TokenizedRow.of(ids, labels, shared, eos).fitted(options, limits, placed);
    }

    private EncodedRow conversation(ConversationText.Written written, int trainedFrom, PlacedRow placed) {
        String text = written.rendered().text();
        TokenizedText tokens = PromptBoundary.tokenize(tokenizer, text, trainedFrom, !template.writesSpecialTokens());
        int[] labels = TokenMask.labels(tokens, trainedOn(written, trainedFrom, placed.place()), text.length());
        boolean answered = written.conversation().messages().getLast().isAssistant();
        int end = answered ? endOfTurn(tokens, text) : -1;
        boolean endTrained = end >= 0 && labels[end] != Example.IGNORED;
        var draft = new TokenizedRow(
                tokens.ids(),
                labels,
                new int[] {0},
                PromptBoundary.isShared(tokens, trainedFrom),
                written.simplified(),
                end,
                endTrained ? Set.of(tokens.ids()[end]) : Set.of());
        return draft.fitted(options, limits, placed);
    }

    /** The spans of the text that are trained on, in order. */
    private List<Span> trainedOn(ConversationText.Written written, int trainedFrom, Place place) {
        List<Message> messages = written.conversation().messages();
        int length = written.rendered().text().length();
        boolean excluded = messages.stream().anyMatch(message -> !message.trainedOn());
        if (!options.assistantOnlyLoss() && !excluded) return List.of(new Span(trainedFrom, length));
        List<Optional<Span>> turns = AssistantTurns.of(template, written.conversation(), written.rendered());
        var trained = new ArrayList<Span>();
        int at = trainedFrom;
        for (int i = 0; i < messages.size(); i++) {
            boolean trainedOn = messages.get(i).trainedOn();
            if (turns.get(i).isEmpty()) {
                if (!trainedOn && !options.assistantOnlyLoss()) throw notAssistant(i, place);
                continue;
            }
            Span turn = turns.get(i).get();
            if (options.assistantOnlyLoss()) {
                if (trainedOn) add(trained, Math.max(at, turn.start()), turn.end());
            } else if (!trainedOn) {
                add(trained, at, turn.start());
                at = Math.max(at, turn.end());
            }
        }
        if (!options.assistantOnlyLoss()) add(trained, at, length);
        return trained;
    }

    private static void add(List<Span> trained, int start, int end) {
        if (start < end) trained.add(new Span(start, end));
    }

    /** Index of the special token that ends the text, ignoring white space after it; -1 if there is none. */
    private int endOfTurn(TokenizedText tokens, String text) {
        for (int i = tokens.size() - 1; i >= 0; i--) {
            if (tokenizer.isSpecial(tokens.ids()[i])) return i;
            boolean blank = tokens.added(i)
                    || text.substring(tokens.starts()[i], tokens.ends()[i]).isBlank();
            if (!blank) return -1;
        }
        return -1;
    }

    private int eosToAppend(Place place) {
        SpecialTokens.@Nullable SpecialToken eos = tokenizer.special().eos();
        if (eos != null) return eos.id();
        throw new InputError(
                "the tokenizer has no EOS token to append to the text",
                place.toString(),
                "name it in the model folder's tokenizer_config.json: \"eos_token\": \"…\"");
    }

    private void checkNoCompletionAsked(String has, Place place) {
        if (!Boolean.TRUE.equals(options.completionOnlyLoss())) return;
        throw new InputError(
                "completion_only_loss needs rows with a prompt and a completion; this row has " + has,
                place.toString(),
                "remove completion_only_loss, or split the rows into prompt and completion");
    }

    private void checkNoTurnsAsked(String has, Place place) {
        if (!options.assistantOnlyLoss()) return;
        throw new InputError(
                "assistant_only_loss needs conversations; this row has " + has,
                place.toString(),
                "remove assistant_only_loss, or write the rows as messages");
    }

    private static InputError notAssistant(int turn, Place place) {
        return new InputError(
                "weight or train excludes a turn that is not an assistant turn",
                place.field("messages[" + turn + "]"),
                "set weight and train on assistant turns only, or set assistant_only_loss");
    }

    private static InputError preference(Place place) {
        return new InputError(
                "the row is a preference pair (chosen, rejected), which supervised training cannot use",
                place.toString(),
                "to train on both answers, use halftune dpo, or stage: dpo in a study; to train on the chosen ones, rename the column chosen to"
                        + " completion and remove rejected");
    }

    private static InputError noPreference(Place place) {
        return new InputError(
                "the row is no preference pair: it has no chosen and rejected",
                place.toString(),
                "use rows with prompt, chosen and rejected; halftune train reads other rows");
    }

    private static InputError noPrompt(Place place) {
        return new InputError(
                "the row has no prompt to answer",
                place.toString(),
                "use rows with prompt and completion, or with messages");
    }

    private static int[] appended(int[] values, int last) {
        int n = values.length;
        if (n > 0 && values[n - 1] == last) return values;
        int[] longer = Arrays.copyOf(values, n + 1);
        longer[n] = last;
        return longer;
    }

    /** Length of the common prefix: the whole prompt, unless the template renders it differently when turns follow. */
    private static int commonPrefix(String prompt, String whole) {
        int end = Math.min(prompt.length(), whole.length());
        int at = 0;
        while (at < end && prompt.charAt(at) == whole.charAt(at)) at++;
        return at;
    }
}
