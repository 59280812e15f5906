package org.halftune.generate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.halftune.chat.Message;
import org.halftune.console.Amounts;
import org.halftune.data.EncodingOptions;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.ModelLimits;
import org.halftune.data.PlacedRow;
import org.halftune.data.Row;
import org.halftune.data.RowReader;
import org.halftune.data.Tokenizer;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.halftune.source.DataFile;

/** Reads and tokenizes the prompts of a command. */
final class Prompts {
    private final Tokenizer tokenizer;
    private final ChatReader chat;
    private final LlamaConfig config;
    private final Consumer<String> notice;

    /** @param notice receives notices about options that are not used */
    Prompts(Tokenizer tokenizer, ChatReader chat, LlamaConfig config, Consumer<String> notice) {
        this.notice = notice;
        this.tokenizer = tokenizer;
        this.chat = chat;
        this.config = config;
    }

    /**
     * A prompt and its tokens, with BOS but without EOS.
     *
     * @param text as given by the user
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Prompt(String text, int[] tokens) {}

    /** All prompts: those given as flags, then those of the file. */
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
        if (prompts.isEmpty())
            throw new InputError("the file has no prompts", file.toString(), "write one prompt per line");
        return prompts;
    }

    private Prompt prompt(String text, boolean answered) {
        if (!answered) return new Prompt(text, tokenizer.promptIds(text, true));
        return new Prompt(text, chat.tokens(List.of(Message.of("user", text))));
    }

    /** The form of a row says whether it is a conversation. */
    private List<Prompt> rows(Path file) {
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var encoder =
                new ExampleEncoder(tokenizer, chat.template(), EncodingOptions.ofLength(config.maxPositions()), limits);
        var prompts = new ArrayList<Prompt>();
        int without = 0;
        try (var reader = RowReader.open(file)) {
            for (var row = reader.next(); row != null; row = reader.next()) {
                Row asked = chat.system().map(row.row()::withSystem).orElse(row.row());
                if (asked.equals(row.row())) without++;
                int[] ids = encoder.question(new PlacedRow(row.place(), asked)).promptIds();
                prompts.add(new Prompt(tokenizer.decode(ids, true), ids));
            }
        }
        if (chat.system().isPresent() && without > 0) {
            notice.accept("--system is not used in " + Amounts.counted(without, "row") + " of " + file
                    + ": they have their own system message, or are not conversations");
        }
        return prompts;
    }
}
