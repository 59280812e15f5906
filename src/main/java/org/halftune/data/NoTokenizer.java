package org.halftune.data;

import java.nio.file.Path;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.halftune.problem.InputError;

/** Stands in for the tokenizer of a folder without one: rows of token ids need none, and the first text is an error. */
record NoTokenizer(Path modelFolder) implements Tokenizer {

    private InputError missing() {
        return new InputError(
                "text needs a tokenizer, and the model folder has no tokenizer.json",
                modelFolder.toString(),
                "copy tokenizer.json and tokenizer_config.json beside the weights; rows of input_ids need none");
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
