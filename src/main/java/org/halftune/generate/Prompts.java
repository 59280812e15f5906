package org.halftune.generate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.chat.Message;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.ModelLimits;
import org.halftune.data.RowReader;
import org.halftune.data.Tokenizer;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.halftune.source.DataFile;

/** Prompts as a model reads them. */
final class Prompts {
    private final Tokenizer tokenizer;
    private final ChatReader chat;
    private final LlamaConfig config;

    Prompts(Tokenizer tokenizer, ChatReader chat, LlamaConfig config) {
        this.tokenizer = tokenizer;
        this.chat = chat;
        this.config = config;
    }

    /**
     * A prompt and its tokens, with what stands before any text (BOS) but not what stands after it.
     *
     * @param text as given by the user
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Prompt(String text, int[] tokens) {}

    /** All prompts of a command: those given, then those of the file. */
    List<Prompt> of(GenerateOptions options) {
        var prompts = new ArrayList<Prompt>();
        for (String text : options.prompts()) prompts.add(prompt(text, options.chat()));
        var file = options.promptFile();
        if (file == null) return prompts;
        if (DataFile.isPlainText(file)) {
            for (String line : DataFile.text(file).lines().toList())
                if (!line.isBlank()) prompts.add(prompt(line, options.chat()));
        } else {
            prompts.addAll(rows(file));
        }
        if (prompts.isEmpty()) throw new InputError("the file has no prompts", file.toString(), "write one a line");
        return prompts;
    }

    private Prompt prompt(String text, boolean answered) {
        if (!answered) return new Prompt(text, tokenizer.promptIds(text, true));
        return new Prompt(text, chat.tokens(List.of(Message.of("user", text))));
    }

    /** Rows say themselves whether they are conversations. */
    private List<Prompt> rows(Path file) {
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var encoder =
                new ExampleEncoder(tokenizer, chat.template(), EncodingOptions.ofLength(config.maxPositions()), limits);
        return RowReader.readAll(file).stream()
                .map(row -> encoder.question(row).promptIds())
                .map(ids -> new Prompt(tokenizer.decode(ids, true), ids))
                .toList();
    }
}
