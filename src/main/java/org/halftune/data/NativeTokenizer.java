package org.halftune.data;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.halftune.natives.NativeLibrary;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Hugging Face's Rust library {@code tokenizers}, as packaged by DJL.
 *
 * <p>This calls DJL's native methods and not its class {@code HuggingFaceTokenizer}, which reports its use over the
 * network ({@code Ec2Utils.callHome}), truncates to {@code model_max_length}, and makes five arrays where one is
 * needed. The native methods do exactly what {@code tokenizer.json} says and use no network.
 */
final class NativeTokenizer implements Tokenizer {

    private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

    private final Vocabulary vocabulary;
    private final SpecialTokens special;
    private final long handle;
    private volatile boolean closed;

    /**
     * @param json content of {@code tokenizer.json}
     * @throws InputError if the library cannot be loaded, or cannot read the content
     */
    NativeTokenizer(String json, Path file, Vocabulary vocabulary, SpecialTokens special) {
        this.vocabulary = vocabulary;
        this.special = special;
        load();
        try {
            handle = LIBRARY.createTokenizerFromString(json);
        } catch (RuntimeException e) {
            throw new InputError(
                    "tokenizers 0.21 cannot read this tokenizer.json: " + e.getMessage(),
                    file.toString(),
                    "download tokenizer.json again from the model's page");
        }
        LIBRARY.disableTruncation(handle);
        LIBRARY.disablePadding(handle);
    }

    @Override
    public TokenizedText tokenize(String text, boolean addSpecialTokens) {
        long encoding = encodeNative(text, addSpecialTokens);
        try {
            int[] ids = narrow(LIBRARY.getTokenIds(encoding));
            @Nullable CharSpan[] spans = LIBRARY.getTokenCharSpans(encoding); // code points; null for added tokens
            int[] charOf = charIndices(text);
            int[] starts = new int[ids.length];
            int[] ends = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                CharSpan span = spans[i];
                starts[i] = span == null ? -1 : charOf.length == 0 ? span.getStart() : charOf[span.getStart()];
                ends[i] = span == null ? -1 : charOf.length == 0 ? span.getEnd() : charOf[span.getEnd()];
            }
            return new TokenizedText(ids, starts, ends);
        } finally {
            LIBRARY.deleteEncoding(encoding);
        }
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens) {
        long encoding = encodeNative(text, addSpecialTokens);
        try {
            return narrow(LIBRARY.getTokenIds(encoding));
        } finally {
            LIBRARY.deleteEncoding(encoding);
        }
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        checkOpen();
        for (int id : ids) if (id < 0) throw new IllegalArgumentException("token id " + id + " is negative");
        return LIBRARY.decode(handle, Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
    }

    @Override
    public int vocabSize() {
        return vocabulary.size();
    }

    @Override
    public int baseVocabSize() {
        return vocabulary.baseSize();
    }

    @Override
    public boolean isSpecial(int id) {
        return vocabulary.isSpecial(id) || Tokenizer.super.isSpecial(id);
    }

    @Override
    public OptionalInt tokenId(String token) {
        return vocabulary.id(token);
    }

    @Override
    public SpecialTokens special() {
        return special;
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        LIBRARY.deleteTokenizer(handle);
    }

    private long encodeNative(String text, boolean addSpecialTokens) {
        checkOpen();
        try {
            return LIBRARY.encode(handle, text, addSpecialTokens);
        } catch (RuntimeException e) {
            throw new InputError(
                    "the tokenizer cannot encode the text: " + e.getMessage(),
                    "",
                    "check tokenizer.json with Python's tokenizers");
        }
    }

    private void checkOpen() {
        if (closed) throw new IllegalStateException("the tokenizer is closed");
    }

    /** [code points + 1] the char index of each code point; empty if every code point is one char. */
    private static int[] charIndices(String text) {
        int points = text.codePointCount(0, text.length());
        if (points == text.length()) return new int[0];
        int[] indices = new int[points + 1];
        int at = 0;
        for (int point = 0; point < points; point++) {
            indices[point] = at;
            at += Character.charCount(text.codePointAt(at));
        }
        indices[points] = at;
        return indices;
    }

    private static int[] narrow(long[] ids) {
        int[] narrow = new int[ids.length];
        for (int i = 0; i < ids.length; i++) narrow[i] = Math.toIntExact(ids[i]);
        return narrow;
    }

    /**
     * Loads the library; repeated calls do nothing. DJL's own loader would query the CUDA runtime, use another cache
     * folder, and on a machine with a GPU download another build.
     */
    private static void load() {
        Path library = NativeLibrary.TOKENIZERS.extract();
        try {
            System.load(library.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError e) {
            throw NativeLibrary.TOKENIZERS.unusable(library, e);
        }
    }
}
