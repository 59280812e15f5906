package org.halftune.generate;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;

/** What {@code halftune generate} does: continues prompts with a model folder. */
public final class GenerateRun {
    private GenerateRun() {}

    /**
     * Continues all prompts.
     *
     * @return one for each prompt, in order
     * @throws org.halftune.problem.InputError if the model or a prompt cannot be used
     */
    public static List<Generation> run(Backend backend, GenerateOptions options, GenerateListener listener) {
        try (var model = LoadedModel.open(backend, options.model())) {
            var tokenizer = model.tokenizer();
            var chat = ChatReader.open(options.model(), tokenizer, options.turns());
            var prompts = new Prompts(tokenizer, chat, model.parameters().config(), listener::notice).of(options);
            var ends = options.chat() ? chat.stopIds() : tokenizer.special().stopIds();
            var stop = StopTokens.of(tokenizer, ends, options.writing().stops());
            Consumer<String> heard = prompts.size() == 1 ? listener::wrote : _ -> {};
            var texts = prompts.stream()
                    .map(prompt -> new GrowingText(tokenizer, prompt.tokens(), stop.texts(), heard))
                    .toList();
            model.notices().forEach(listener::notice);
            if (options.chat()) chat.notices().forEach(listener::notice);
            var tokens = prompts.stream().map(Prompts.Prompt::tokens).toList();
            var generator = new Generator(backend, model.parameters(), options.batchSize());
            generator.check(tokens);
            listener.begins();
            var completions = generator.generate(
                    tokens,
                    options.writing().sampling(),
                    new StopConditions(options.writing().maxNewTokens(), stop.ids()),
                    new Progress(texts, listener));
            return IntStream.range(0, prompts.size())
                    .mapToObj(i -> new Generation(
                            prompts.get(i).text(),
                            texts.get(i).end(),
                            completions.get(i).tokens().length,
                            completions.get(i).reason()))
                    .toList();
        }
    }

    /** Passes tokens on to their texts, and counts. */
    private static final class Progress implements TokenListener {
        private final List<GrowingText> texts;
        private final GenerateListener listener;
        private int finished;

        Progress(List<GrowingText> texts, GenerateListener listener) {
            this.texts = texts;
            this.listener = listener;
        }

        @Override
        public boolean accept(int prompt, int token) {
            return texts.get(prompt).accept(token);
        }

        @Override
        public void ended(int prompt) {
            listener.finished(++finished, texts.size());
        }
    }
}
