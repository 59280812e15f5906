package org.halftune.data;

import java.nio.file.Path;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.halftune.problem.InputError;

/** For a model folder without a tokenizer: rows of token ids need none; encoding or decoding text is an error. */
record NoTokenizer(Path modelFolder) implements Tokenizer {

    private InputError missing() {
        return new InputError(
                "text rows need a tokenizer, but the model folder has no tokenizer.json",
                modelFolder.toString(),
                "copy tokenizer.json and tokenizer_config.json into the folder, or use rows of input_ids");
    }

    @Override
    public TokenizedText tokenize(String text, boolean addSpecialTokens) {
        throw missing();
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        throw missing();
    }

    @Override
    public int vocabSize() {
        return 0;
    }

    @Override
    public OptionalInt tokenId(String token) {
        return OptionalInt.empty();
    }

    @Override
    public SpecialTokens special() {
        return new SpecialTokens(null, null, null, Collections.unmodifiableSortedSet(new TreeSet<>()));
    }

    @Override
    public void close() {}
}
