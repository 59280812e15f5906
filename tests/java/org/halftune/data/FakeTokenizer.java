package org.halftune.data;

import java.util.Collections;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.halftune.data.SpecialTokens.SpecialToken;

/** One token per character (its code, below 256), with {@code </s>} as one token and optionally BOS and EOS added. */
record FakeTokenizer(boolean addsBos, boolean addsEos) implements Tokenizer {

    static final int EOS = 256;
    static final int BOS = 257;

    static final FakeTokenizer PLAIN = new FakeTokenizer(false, false);

    @Override
    public TokenizedText tokenize(String text, boolean addSpecialTokens) {
        int[] ids = new int[text.length() + 2];
        int[] starts = new int[ids.length];
        int[] ends = new int[ids.length];
        int n = 0;
        if (addSpecialTokens && addsBos) {
            ids[n] = BOS;
            starts[n] = -1;
            ends[n++] = -1;
        }
        for (int at = 0; at < text.length(); n++) {
            boolean eos = text.startsWith("</s>", at);
            ids[n] = eos ? EOS : text.charAt(at);
            starts[n] = at;
            at += eos ? 4 : 1;
            ends[n] = at;
        }
        if (addSpecialTokens && addsEos) {
            ids[n] = EOS;
            starts[n] = -1;
            ends[n++] = -1;
        }
        return new TokenizedText(
                java.util.Arrays.copyOf(ids, n), java.util.Arrays.copyOf(starts, n), java.util.Arrays.copyOf(ends, n));
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        var text = new StringBuilder();
        for (int id : ids) {
            if (id == Example.IGNORED) text.append('_');
            else if (id == EOS || id == BOS) text.append(skipSpecialTokens ? "" : id == EOS ? "$" : "^");
            else text.append((char) id);
        }
        return text.toString();
    }

    @Override
    public int vocabSize() {
        return 258;
    }

    @Override
    public OptionalInt tokenId(String token) {
        return OptionalInt.empty();
    }

    @Override
    public SpecialTokens special() {
        return new SpecialTokens(
                null, new SpecialToken("</s>", EOS), null, Collections.unmodifiableSortedSet(new TreeSet<>()));
    }

    @Override
    public void close() {}
}
