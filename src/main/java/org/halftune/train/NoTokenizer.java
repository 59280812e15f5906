package org.halftune.train;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.halftune.data.SpecialTokens;
import org.halftune.data.Tokenizer;
import org.halftune.data.Tokens;
import org.halftune.problem.InputError;

/** Stands in for the tokenizer of a folder without one: rows of token ids need none, and the first text is an error. */
record NoTokenizer(Path modelFolder) implements Tokenizer {

    private InputError missing() {
        return new InputError(
                "the rows hold text, but the model folder has no tokenizer.json",
                modelFolder.toString(),
                "copy tokenizer.json and tokenizer_config.json beside the weights, or train on rows of input_ids");
    }

    @Override
    public Tokens tokenize(String text, boolean addSpecialTokens) {
        throw missing();
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        throw missing();
    }

    @Override
    public int vocabSize() {
        throw missing();
    }

    @Override
    public OptionalInt tokenId(String token) {
        throw missing();
    }

    @Override
    public SpecialTokens special() {
        throw missing();
    }

    @Override
    public void close() {}
}
