package org.halftune.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.halftune.backend.Backend;
import org.halftune.chat.Message;

/**
 * A conversation with a model. Each turn is answered with all earlier ones before it: nothing is forgotten in silence, and a
 * turn that leaves the model no positions is not taken.
 *
 * <p>The whole conversation passes through the model again for each answer. A key-value cache that outlives a turn would have to
 * be cut back to where the template's text changes, and to be as large as the model's longest conversation.
 */
public final class Chat implements AutoCloseable {
    private final LoadedModel model;
    private final ChatReader reader;
    private final Generator generator;
    private final Writing writing;
    private final StopTokens stop;
    private final List<Message> turns = new ArrayList<>();

    /** What follows a user's turn. */
    public sealed interface Reply {}

    /** The model's words. An answer that was interrupted is part of the conversation as far as it came. */
    public record Answer(String text, FinishReason reason) implements Reply {}

    /** The conversation with the new turn is too long; the turn is not part of it. */
    public record NoRoom(int tokens, int positions) implements Reply {}

    private Chat(LoadedModel model, ChatReader reader, Generator generator, Writing writing) {
        this.model = model;
        this.reader = reader;
        this.generator = generator;
        this.writing = writing;
        this.stop = StopTokens.of(model.tokenizer(), reader.stopIds(), writing.stops());
    }

    /**
     * Loads the model and its template.
     *
     * @throws org.halftune.problem.InputError if one of them cannot be used
     */
    public static Chat open(Backend backend, GenerateOptions options) {
        var model = LoadedModel.open(backend, options.model());
        try {
            var reader = ChatReader.open(options.model(), model.tokenizer(), options.turns());
            return new Chat(model, reader, new Generator(backend, model.parameters(), 1), options.writing());
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** What a user should know before the first turn. */
    public List<String> notices() {
        return Stream.concat(model.notices().stream(), reader.notices().stream())
                .toList();
    }

    /** Where the chat template came from. */
    public String template() {
        return reader.template().description();
    }

    /**
     * Answers the next turn of the user.
     *
     * @param heard takes the answer piece by piece
     * @param goesOn asked after each token; false ends the answer there
     * @throws org.halftune.problem.InputError if the template refuses the conversation
     */
    public Reply say(String text, Consumer<String> heard, BooleanSupplier goesOn) {
        var asked = new ArrayList<>(turns);
        asked.add(Message.of("user", text));
        int[] prompt = reader.tokens(asked);
        int positions = model.parameters().config().maxPositions();
        if (prompt.length >= positions) return new NoRoom(prompt.length, positions);

        var answer = new GrowingText(model.tokenizer(), prompt, stop.texts(), heard);
        var completion = generator
                .generate(
                        List.of(prompt),
                        writing.sampling(),
                        new StopConditions(writing.maxNewTokens(), stop.ids()),
                        (_, token) -> answer.accept(token) && goesOn.getAsBoolean())
                .getFirst();
        String words = answer.end();
        turns.add(asked.getLast());
        turns.add(Message.of("assistant", words));
        return new Answer(words, completion.reason());
    }

    /** Forgets all turns; the system message stays. */
    public void reset() {
        turns.clear();
    }

    @Override
    public void close() {
        model.close();
    }
}
