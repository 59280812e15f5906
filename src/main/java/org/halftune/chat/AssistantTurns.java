package org.halftune.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.halftune.problem.InputError;

/**
 * Which text of a rendered conversation each assistant's turn contributed: what the model is to learn. It begins behind the header of the
 * turn (the generation prompt) and holds all up to the next turn: the words, tool calls, the token that ends the turn, and a line
 * break behind it. That is what the templates of TRL that have {@code {% generation %}} blocks mark.
 *
 * <p>A template with such blocks says it itself. For others the conversation is rendered again up to each turn, with the
 * generation prompt and without: if both are beginnings of the whole, the turn is what lies between. A template that writes
 * earlier turns otherwise than the last (Qwen 3 leaves out their thoughts) has no such beginnings; then the words of the turn are
 * exchanged for a mark, and what stays the same before and behind it bounds the turn. What neither way proves is refused.
 */
public final class AssistantTurns {
    private static final String MARK = "halftune-turn-5c1e";

    private final ChatTemplate template;
    private final Conversation conversation;
    private final String whole;

    private AssistantTurns(ChatTemplate template, Conversation conversation, String whole) {
        this.template = template;
        this.conversation = conversation;
        this.whole = whole;
    }

    /**
     * @param whole the conversation, rendered by the template without generation prompt
     * @return one entry a message: the span of an assistant's turn, empty for others
     * @throws InputError if the turns cannot be told apart for certain
     */
    public static List<Optional<Span>> of(ChatTemplate template, Conversation conversation, Rendered whole) {
        var turns = new AssistantTurns(template, conversation, whole.text());
        return whole.generated().isPresent() ? turns.marked(whole.generated().get()) : turns.derived();
    }

    private List<Optional<Span>> marked(List<Span> generated) {
        long assistants =
                conversation.messages().stream().filter(Message::isAssistant).count();
        var spans = generated.size() > assistants ? joined(generated) : generated;
        if (spans.size() != assistants) {
            throw new InputError(
                    "the chat template marks " + spans.size() + " texts as generated, and the conversation has "
                            + assistants + " turns of the assistant",
                    template.description(),
                    "use a template with one {% generation %} block for each turn, and one message for each turn");
        }
        var result = new ArrayList<Optional<Span>>();
        int next = 0;
        for (Message message : conversation.messages()) {
            result.add(message.isAssistant() ? Optional.of(spans.get(next++)) : Optional.empty());
        }
        return result;
    }

    /** Blocks without text between are one: Phi-3's template marks the EOS behind the last turn by itself. */
    private static List<Span> joined(List<Span> spans) {
        var joined = new ArrayList<Span>();
        for (Span span : spans) {
            boolean touches = !joined.isEmpty() && joined.getLast().end() == span.start();
            if (touches) joined.set(joined.size() - 1, new Span(joined.getLast().start(), span.end()));
            else joined.add(span);
        }
        return joined;
    }

    private List<Optional<Span>> derived() {
        var result = new ArrayList<Optional<Span>>();
        int end = 0;
        for (int i = 0; i < conversation.messages().size(); i++) {
            if (!conversation.messages().get(i).isAssistant()) {
                result.add(Optional.empty());
                continue;
            }
            int turn = i;
            var span = byPrefixes(i).or(() -> byMark(turn)).orElseThrow(() -> unclear(turn));
            if (span.start() < end) throw unclear(i);
            end = span.end();
            result.add(Optional.of(span));
        }
        return result;
    }

    /** What the turn adds to the conversation before it. */
    private Optional<Span> byPrefixes(int turn) {
        var before = rendered(conversation.first(turn), true);
        var after = rendered(conversation.first(turn + 1), false).flatMap(text -> without(text, whole));
        if (before.isEmpty() || after.isEmpty() || !whole.startsWith(before.get())) return Optional.empty();
        int start = before.get().length();
        return start <= after.get().length()
                ? Optional.of(new Span(start, after.get().length()))
                : Optional.empty();
    }

    /** What the turn's words bring about, wherever in the conversation it stands. */
    private Optional<Span> byMark(int turn) {
        var marked = rendered(marked(conversation, turn), false);
        var last = rendered(marked(conversation.first(turn + 1), turn), false);
        var header = header(turn);
        if (marked.isEmpty() || last.isEmpty() || header.isEmpty() || whole.contains(MARK)) return Optional.empty();
        int at = marked.get().indexOf(MARK);
        int atLast = last.get().indexOf(MARK);
        if (at < 0 || atLast < 0 || marked.get().indexOf(MARK, at + 1) >= 0) return Optional.empty();
        // White space around a header depends on where it stands in the template, in the loop or behind it.
        String opening = header.get().strip();
        int headerAt = opening.isEmpty() ? -1 : marked.get().lastIndexOf(opening, at);
        if (headerAt < 0) return Optional.empty();
        String fromHeader = marked.get().substring(headerAt, at);
        int start = headerAt + common(header.get().stripLeading(), fromHeader);
        String rest = marked.get().substring(at + MARK.length());
        var ending = ending(last.get().substring(atLast + MARK.length()), rest);
        if (ending.isEmpty() || !whole.startsWith(marked.get().substring(0, start)) || !whole.endsWith(rest))
            return Optional.empty();
        int end = whole.length() - rest.length() + ending.get().length();
        return start <= end ? Optional.of(new Span(start, end)) : Optional.empty();
    }

    /** How {@code rest} begins like {@code last}, which ends there, but for white space and an EOS behind the last turn. */
    private Optional<String> ending(String last, String rest) {
        int common = common(last, rest);
        String same = last.substring(0, common);
        return last.substring(common).isBlank() ? Optional.of(same) : without(last, rest);
    }

    /** With how many characters both begin. */
    private static int common(String one, String other) {
        int end = Math.min(one.length(), other.length());
        int at = 0;
        while (at < end && one.charAt(at) == other.charAt(at)) at++;
        return at;
    }

    /** The generation prompt at this place. */
    private Optional<String> header(int turn) {
        for (int count : new int[] {turn, conversation.messages().size()}) {
            var with = rendered(conversation.first(count), true);
            var text = rendered(conversation.first(count), false);
            if (with.isEmpty() || text.isEmpty()) continue;
            var body = without(text.get(), with.get());
            if (body.isPresent() && body.get().length() < with.get().length()) {
                return Optional.of(with.get().substring(body.get().length()));
            }
        }
        return Optional.empty();
    }

    /** {@code text} if {@code longer} begins with it; else without the EOS that some templates write behind the last turn. */
    private Optional<String> without(String text, String longer) {
        if (longer.startsWith(text)) return Optional.of(text);
        String eos = template.eos();
        if (eos.isEmpty() || !text.endsWith(eos)) return Optional.empty();
        String shorter = text.substring(0, text.length() - eos.length());
        return longer.startsWith(shorter) ? Optional.of(shorter) : Optional.empty();
    }

    private static Conversation marked(Conversation conversation, int turn) {
        var messages = new ArrayList<>(conversation.messages());
        var message = messages.get(turn);
        var fields = new LinkedHashMap<>(message.fields());
        fields.put("content", MARK);
        messages.set(turn, new Message(fields, message.trainedOn()));
        return new Conversation(messages, conversation.tools(), conversation.variables());
    }

    /** Nothing if the template refuses it: some want user and assistant to alternate. */
    private Optional<String> rendered(Conversation part, boolean addGenerationPrompt) {
        try {
            return Optional.of(template.render(part, addGenerationPrompt).text());
        } catch (InputError e) {
            return Optional.empty();
        }
    }

    private InputError unclear(int turn) {
        return new InputError(
                "which text message " + (turn + 1)
                        + ", a turn of the assistant, contributes cannot be told: the chat template writes"
                        + " a turn otherwise when others follow it",
                template.description(),
                "give a template with {% generation %} blocks with --chat_template, or train without --assistant_only_loss");
    }
}
