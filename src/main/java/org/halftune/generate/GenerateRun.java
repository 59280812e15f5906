package org.halftune.generate;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;

/** Runs {@code halftune generate}: loads a model folder and completes prompts. */
public final class GenerateRun {
    private GenerateRun() {}

    /**
     * Completes all prompts.
     *
     * @return one generation per prompt, in order
     * @throws org.halftune.problem.InputError if the model or a prompt cannot be used
     */
    public static List<Generation> run(Backend backend, GenerateOptions options, GenerateListener listener) {
        try (var model = LoadedModel.open(backend, options.model())) {
            var tokenizer = model.tokenizer();
            var chat = ChatReader.open(options.model(), tokenizer, options.turns());
            var prompts = new Prompts(tokenizer, chat, model.parameters().config(), listener::notice).of(options);
            var ends = options.chat() ? chat.stopIds() : tokenizer.special().stopIds();
            var stop = StopTokens.of(tokenizer, ends, options.settings().stops());
            Consumer<String> output = prompts.size() == 1 ? listener::wrote : _ -> {};
            var texts = prompts.stream()
                    .map(prompt -> new CompletionText(tokenizer, prompt.tokens(), stop.texts(), output))
                    .toList();
            model.notices().forEach(listener::notice);
            if (options.chat()) chat.notices().forEach(listener::notice);
            var tokens = prompts.stream().map(Prompts.Prompt::tokens).toList();
            var generator = new Generator(backend, model.parameters(), options.batchSize());
            generator.check(tokens);
            listener.begins();
            var completions = generator.generate(
                    tokens,
                    options.settings().sampling(),
                    new StopConditions(options.settings().maxNewTokens(), stop.ids()),
                    new EachPrompt(
                            texts.stream()
                                    .<IntPredicate>map(text -> text::accept)
                                    .toList(),
                            finished -> listener.finished(finished, texts.size())));
            return IntStream.range(0, prompts.size())
                    .mapToObj(i -> new Generation(
                            prompts.get(i).text(),
                            texts.get(i).end(),
                            completions.get(i).tokens().length,
                            completions.get(i).reason()))
                    .toList();
        }
    }
}
