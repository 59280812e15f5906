package org.halftune.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.halftune.problem.InputError;

/** Converts text to token ids and back, as the model folder's {@code tokenizer.json} says. Thread-safe. */
public interface Tokenizer extends AutoCloseable {

    /**
     * Opens the tokenizer of a model folder: {@code tokenizer.json}, and for the special tokens {@code
     * tokenizer_config.json}, {@code special_tokens_map.json}, {@code generation_config.json} and {@code config.json}
     * if they exist.
     *
     * @throws InputError if {@code tokenizer.json} is missing, or a file is broken
     */
    static Tokenizer open(Path modelFolder) {
        return TokenizerFiles.open(modelFolder);
    }

    /**
     * Opens the tokenizer of a model folder. Without one, returns a tokenizer that is enough for rows of token ids and
     * throws for text.
     *
     * @param modelVocabSize {@code vocab_size} of {@code config.json}
     * @throws InputError if a file is broken, or the tokenizer does not fit the model
     */
    static Tokenizer openIfThere(Path modelFolder, int modelVocabSize) {
        if (!Files.exists(modelFolder.resolve("tokenizer.json"))) return new NoTokenizer(modelFolder);
        var tokenizer = open(modelFolder);
        try {
            tokenizer.checkFits(modelVocabSize, modelFolder);
            return tokenizer;
        } catch (InputError e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Tokenizes without truncation or padding. Special tokens in the text become their ids, as in transformers.
     *
     * @param addSpecialTokens whether to add BOS and EOS by the tokenizer's own rule
     */
    TokenizedText tokenize(String text, boolean addSpecialTokens);

    /** The ids of {@link #tokenize} without offsets, which is faster. */
    default int[] encode(String text, boolean addSpecialTokens) {
        return tokenize(text, addSpecialTokens).ids();
    }

    /**
     * The ids of a prompt: with the BOS that the tokenizer adds, once, and without an EOS that it adds.
     *
     * @param addSpecialTokens whether to add BOS by the tokenizer's own rule
     */
    default int[] promptIds(String text, boolean addSpecialTokens) {
        TokenizedText tokens = tokenize(text, addSpecialTokens).once(special());
        return text.isEmpty() ? tokens.ids() : Arrays.copyOf(tokens.ids(), PromptBoundary.endOfText(tokens));
    }

    /** Decodes ids without clean-up of spaces. Incomplete UTF-8 becomes U+FFFD; ids beyond the vocabulary become "". */
    String decode(int[] ids, boolean skipSpecialTokens);

    /** The largest id plus one, including added tokens. */
    int vocabSize();

    /** The id of a token by its exact text, such as {@code <|im_end|>}. */
    OptionalInt tokenId(String token);

    SpecialTokens special();

    /** Like {@link #vocabSize}, without added tokens. */
    default int baseVocabSize() {
        return vocabSize();
    }

    /** Whether a token is special, like {@code <|im_end|>}. */
    default boolean isSpecial(int id) {
        var bos = special().bos();
        var eos = special().eos();
        return (bos != null && bos.id() == id) || (eos != null && eos.id() == id);
    }

    /**
     * Checks the base vocabulary against the model. Added tokens beyond the embedding are allowed; a text that uses one
     * is an error.
     *
     * @param modelVocabSize {@code vocab_size} of {@code config.json}
     * @throws InputError if the vocabulary has ids beyond the model's embedding
     */
    default void checkFits(int modelVocabSize, Path modelFolder) {
        if (baseVocabSize() > modelVocabSize) {
            throw new InputError(
                    "the tokenizer has ids up to " + (baseVocabSize() - 1) + ", but the model's vocab_size is "
                            + modelVocabSize,
                    modelFolder.resolve("tokenizer.json").toString(),
                    "use the tokenizer of this model, or resize the model's embedding");
        }
    }

    @Override
    void close();
}
