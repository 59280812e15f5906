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
            var prompts =
                    new Prompts(options.model(), tokenizer, model.parameters().config()).of(options);
            var texts = prompts.stream()
                    .map(prompt -> new Text(model, prompt, prompts.size() == 1 ? listener::wrote : _ -> {}))
                    .toList();
            var completions = new Generator(backend, model.parameters(), options.batchSize())
                    .generate(
                            prompts.stream().map(Prompts.Prompt::tokens).toList(),
                            options.sampling(),
                            new Limits(
                                    options.maxNewTokens(), tokenizer.special().stopIds()),
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
        private final List<Text> texts;
        private final GenerateListener listener;
        private int finished;

        Progress(List<Text> texts, GenerateListener listener) {
            this.texts = texts;
            this.listener = listener;
        }

        @Override
        public boolean accept(int prompt, int token) {
            texts.get(prompt).accept(token);
            return true;
        }

        @Override
        public void ended(int prompt) {
            listener.finished(++finished, texts.size());
        }
    }

    /** A text as it grows. */
    private static final class Text {
        private final StringBuilder text = new StringBuilder();
        private final TextStream stream;

        Text(LoadedModel model, Prompts.Prompt prompt, Consumer<String> heard) {
            stream = new TextStream(prompt.tokens(), ids -> model.tokenizer().decode(ids, true), piece -> {
                text.append(piece);
                heard.accept(piece);
            });
        }

        void accept(int token) {
            stream.accept(token);
        }

        String end() {
            stream.end();
            return text.toString();
        }
    }
}
