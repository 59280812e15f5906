package org.halftune.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.halftune.backend.Backend;
import org.halftune.chat.Message;

/**
 * A conversation with a model. The prompt of each answer has all earlier turns; none is dropped. A turn that leaves no
 * positions for an answer is rejected.
 *
 * <p>The whole conversation is prefilled again for each answer. A key-value cache kept between turns would have to be
 * truncated where the rendered text changes, and sized for the longest conversation.
 */
public final class Chat implements AutoCloseable {
    private final LoadedModel model;
    private final ChatReader reader;
    private final Generator generator;
    private final GenerationSettings settings;
    private final StopTokens stop;
    private final List<Message> turns = new ArrayList<>();

    /** The reply to a user turn. */
    public sealed interface Reply {}

    /** The model's answer. An interrupted answer is kept in the conversation. */
    public record Answer(String text, FinishReason reason) implements Reply {}

    /** The conversation with the new turn is too long. The turn was not added. */
    public record NoRoom(int tokens, int positions) implements Reply {}

    private Chat(LoadedModel model, ChatReader reader, Generator generator, GenerationSettings settings) {
        this.model = model;
        this.reader = reader;
        this.generator = generator;
        this.settings = settings;
        this.stop = StopTokens.of(model.tokenizer(), reader.stopIds(), settings.stops());
    }

    /**
     * Loads the model and its template.
     *
     * @throws org.halftune.problem.InputError if the model or the template cannot be used
     */
    public static Chat open(Backend backend, GenerateOptions options) {
        var model = LoadedModel.open(backend, options.model());
        try {
            var reader = ChatReader.open(options.model(), model.tokenizer(), options.turns());
            return new Chat(model, reader, new Generator(backend, model.parameters(), 1), options.settings());
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** Notices to show before the first turn. */
    public List<String> notices() {
        return Stream.concat(model.notices().stream(), reader.notices().stream())
                .toList();
    }

    /** Description of the chat template. */
    public String template() {
        return reader.template().description();
    }

    /**
     * Answers the next user turn.
     *
     * @param output receives the answer piece by piece
     * @param proceed called after each token; false ends the answer
     * @throws org.halftune.problem.InputError if the template rejects the conversation
     */
    public Reply say(String text, Consumer<String> output, BooleanSupplier proceed) {
        var asked = new ArrayList<>(turns);
        asked.add(Message.of("user", text));
        int[] prompt = reader.tokens(asked);
        int positions = model.parameters().config().maxPositions();
        if (prompt.length >= positions) return new NoRoom(prompt.length, positions);

        var answer = new CompletionText(model.tokenizer(), prompt, stop.texts(), output);
        var completion = generator
                .generate(
                        List.of(prompt),
                        settings.sampling(),
                        new StopConditions(settings.maxNewTokens(), stop.ids()),
                        (_, token) -> answer.accept(token) && proceed.getAsBoolean())
                .getFirst();
        String reply = answer.end();
        turns.add(asked.getLast());
        turns.add(Message.of("assistant", reply));
        return new Answer(reply, completion.reason());
    }

    /** Removes all turns; the system message stays. */
    public void reset() {
        turns.clear();
    }

    @Override
    public void close() {
        model.close();
    }
}
