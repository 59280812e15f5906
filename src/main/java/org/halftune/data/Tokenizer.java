package org.halftune.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.halftune.problem.InputError;

/**
 * Text to token ids and back, as a model folder's {@code tokenizer.json} says. May be used by several threads at once;
 * close it when they are done.
 */
public interface Tokenizer extends AutoCloseable {

    /**
     * Opens the tokenizer of a model folder: {@code tokenizer.json}, and for the special tokens
     * {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code generation_config.json} and
     * {@code config.json} as far as they are there.
     *
     * @throws InputError if {@code tokenizer.json} is missing, or a file is broken
     */
    static Tokenizer open(Path modelFolder) {
        return TokenizerFiles.open(modelFolder);
    }

    /**
     * Opens the tokenizer of a model folder; if it has none, a stand-in that serves rows of token ids, and for which the first
     * text is an error.
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
     * Never truncates, never pads. Special tokens written out in the text become their ids, as in transformers.
     *
     * @param addSpecialTokens whether the tokenizer's own rule for BOS and EOS is followed
     */
    TokenizedText tokenize(String text, boolean addSpecialTokens);

    /** The ids of {@link #tokenize}, without places: quicker. */
    default int[] encode(String text, boolean addSpecialTokens) {
        return tokenize(text, addSpecialTokens).ids();
    }

    /**
     * The ids of a text that is to go on: with what the tokenizer's rule puts before a text, once, and without what it puts after.
     *
     * @param addSpecialTokens whether that rule is followed
     */
    default int[] promptIds(String text, boolean addSpecialTokens) {
        TokenizedText tokens = tokenize(text, addSpecialTokens).once(special());
        return text.isEmpty() ? tokens.ids() : Arrays.copyOf(tokens.ids(), PromptBoundary.endOfText(tokens));
    }

    /**
     * The text of these ids, as the tokenizer's decoder makes it (never "cleaned up"). Incomplete UTF-8 becomes U+FFFD;
     * ids beyond the vocabulary have no text.
     */
    String decode(int[] ids, boolean skipSpecialTokens);

    /** The largest id plus one, added tokens included. */
    int vocabSize();

    /** The id of a token by its exact text, {@code <|im_end|>}; empty if there is none. */
    OptionalInt tokenId(String token);

    SpecialTokens special();

    /** Like {@link #vocabSize}, of the vocabulary alone, without tokens that were added to it. */
    default int baseVocabSize() {
        return vocabSize();
    }

    /** Whether a token is marked as special, as {@code <|im_end|>}: it is control, not text. */
    default boolean isSpecial(int id) {
        var bos = special().bos();
        var eos = special().eos();
        return (bos != null && bos.id() == id) || (eos != null && eos.id() == id);
    }

    /**
     * A few added tokens beyond the embedding do no harm until a text uses one, which is an error then.
     *
     * @param modelVocabSize {@code vocab_size} of {@code config.json}
     * @throws InputError if the vocabulary has ids that the model's embedding has no row for
     */
    default void checkFits(int modelVocabSize, Path modelFolder) {
        if (baseVocabSize() > modelVocabSize) {
            throw new InputError(
                    "the tokenizer has ids up to " + (baseVocabSize() - 1) + ", but the model's vocab_size is "
                            + modelVocabSize,
                    modelFolder.resolve("tokenizer.json").toString(),
                    "the folder holds the tokenizer of another model, or its embedding was not resized");
        }
    }

    @Override
    void close();
}
