package org.halftune.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.halftune.problem.InputError;

/**
 * Finds the span of each assistant turn in a rendered conversation. A turn starts after its header (the generation
 * prompt) and ends where the next turn starts. It includes content, tool calls, the end-of-turn token and a line break
 * after it, as in TRL's templates with {@code {% generation %}} blocks.
 *
 * <p>If the template has such blocks, they give the spans. Otherwise the conversation is rendered up to each turn, with
 * and without the generation prompt. If both texts are prefixes of the whole, the turn lies between them. They are not
 * if the template renders earlier turns differently from the last one (Qwen 3 drops their reasoning). Then the content
 * of the turn is replaced by a placeholder, and the text that stays the same before and after it bounds the turn. If
 * neither way works, it is an error.
 */
public final class AssistantTurns {
    private static final String PLACEHOLDER = "halftune-turn-5c1e";

    private final ChatTemplate template;
    private final Conversation conversation;
    private final String whole;

    private AssistantTurns(ChatTemplate template, Conversation conversation, String whole) {
        this.template = template;
        this.conversation = conversation;
        this.whole = whole;
    }

    /**
     * @param whole the conversation, rendered by the template without a generation prompt
     * @return one entry per message: the span of an assistant turn, empty for other turns
     * @throws InputError if the spans cannot be determined
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
                    "the chat template has "
                            + (spans.size() == 1 ? "1 generation span" : spans.size() + " generation spans")
                            + ", but the conversation has "
                            + (assistants == 1 ? "1 assistant turn" : assistants + " assistant turns"),
                    template.description(),
                    "use a template with one {% generation %} block per turn, and one message per turn");
        }
        var result = new ArrayList<Optional<Span>>();
        int next = 0;
        for (Message message : conversation.messages()) {
            result.add(message.isAssistant() ? Optional.of(spans.get(next++)) : Optional.empty());
        }
        return result;
    }

    /** Joins adjacent blocks: Phi-3's template has a separate block for the EOS after the last turn. */
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
            var span = byPrefixes(i).or(() -> byPlaceholder(turn)).orElseThrow(() -> unclear(turn));
            if (span.start() < end) throw unclear(i);
            end = span.end();
            result.add(Optional.of(span));
        }
        return result;
    }

    /** The text that the turn adds to the conversation before it. */
    private Optional<Span> byPrefixes(int turn) {
        var before = rendered(conversation.first(turn), true);
        var after = rendered(conversation.first(turn + 1), false).flatMap(text -> without(text, whole));
        if (before.isEmpty() || after.isEmpty() || !whole.startsWith(before.get())) return Optional.empty();
        int start = before.get().length();
        return start <= after.get().length()
                ? Optional.of(new Span(start, after.get().length()))
                : Optional.empty();
    }

    /** The text around a placeholder for the turn's content. Works for any position in the conversation. */
    private Optional<Span> byPlaceholder(int turn) {
        var marked = rendered(withPlaceholder(conversation, turn), false);
        var last = rendered(withPlaceholder(conversation.first(turn + 1), turn), false);
        var header = header(turn);
        if (marked.isEmpty() || last.isEmpty() || header.isEmpty() || whole.contains(PLACEHOLDER))
            return Optional.empty();
        int at = marked.get().indexOf(PLACEHOLDER);
        int atLast = last.get().indexOf(PLACEHOLDER);
        if (at < 0 || atLast < 0 || marked.get().indexOf(PLACEHOLDER, at + 1) >= 0) return Optional.empty();
        // White space around a header differs between the template's loop and the generation prompt after it.
        String opening = header.get().strip();
        int headerAt = opening.isEmpty() ? -1 : marked.get().lastIndexOf(opening, at);
        if (headerAt < 0) return Optional.empty();
        String fromHeader = marked.get().substring(headerAt, at);
        int start = headerAt + common(header.get().stripLeading(), fromHeader);
        String rest = marked.get().substring(at + PLACEHOLDER.length());
        var ending = ending(last.get().substring(atLast + PLACEHOLDER.length()), rest);
        if (ending.isEmpty() || !whole.startsWith(marked.get().substring(0, start)) || !whole.endsWith(rest))
            return Optional.empty();
        int end = whole.length() - rest.length() + ending.get().length();
        return start <= end ? Optional.of(new Span(start, end)) : Optional.empty();
    }

    /**
     * The prefix of {@code rest} that equals {@code last}, ignoring trailing white space and an EOS after the last
     * turn.
     */
    private Optional<String> ending(String last, String rest) {
        int common = common(last, rest);
        String same = last.substring(0, common);
        return last.substring(common).isBlank() ? Optional.of(same) : without(last, rest);
    }

    /** Length of the common prefix. */
    private static int common(String one, String other) {
        int end = Math.min(one.length(), other.length());
        int at = 0;
        while (at < end && one.charAt(at) == other.charAt(at)) at++;
        return at;
    }

    /** The generation prompt before this turn. */
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

    /**
     * {@code text} if {@code longer} starts with it; otherwise the same without the EOS that some templates write after
     * the last turn.
     */
    private Optional<String> without(String text, String longer) {
        if (longer.startsWith(text)) return Optional.of(text);
        String eos = template.eos();
        if (eos.isEmpty() || !text.endsWith(eos)) return Optional.empty();
        String shorter = text.substring(0, text.length() - eos.length());
        return longer.startsWith(shorter) ? Optional.of(shorter) : Optional.empty();
    }

    private static Conversation withPlaceholder(Conversation conversation, int turn) {
        var messages = new ArrayList<>(conversation.messages());
        var message = messages.get(turn);
        var fields = new LinkedHashMap<>(message.fields());
        fields.put("content", PLACEHOLDER);
        messages.set(turn, new Message(fields, message.trainedOn()));
        return new Conversation(messages, conversation.tools(), conversation.variables());
    }

    /** Empty if the template raises an error: some require that user and assistant alternate. */
    private Optional<String> rendered(Conversation part, boolean addGenerationPrompt) {
        try {
            return Optional.of(template.render(part, addGenerationPrompt).text());
        } catch (InputError e) {
            return Optional.empty();
        }
    }

    private InputError unclear(int turn) {
        return new InputError(
                "cannot find the text of assistant message " + (turn + 1)
                        + " in the rendered conversation: the chat template renders a turn differently when others follow it",
                template.description(),
                "use a template with {% generation %} blocks (--chat_template), or train without --assistant_only_loss");
    }
}
