package org.halftune.eval;

import java.util.OptionalInt;
import java.util.TreeSet;
import org.halftune.data.SpecialTokens;
import org.halftune.data.TokenizedText;
import org.halftune.data.Tokenizer;

/**
 * One token per printable ASCII character and one for the line break. One of them, or 96, is the end token without text.
 */
public record LetterTokenizer(int end) implements Tokenizer {
    public static final int LINE_BREAK = 95;

    @Override
    public TokenizedText tokenize(String text, boolean addSpecialTokens) {
        int n = text.length();
        var ids = new int[n];
        var starts = new int[n];
        var ends = new int[n];
        for (int i = 0; i < n; i++) {
            ids[i] = text.charAt(i) == '\n' ? LINE_BREAK : text.charAt(i) - ' ';
            starts[i] = i;
            ends[i] = i + 1;
        }
        return new TokenizedText(ids, starts, ends);
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
        var text = new StringBuilder();
        for (int id : ids) if (id != end) text.append(id == LINE_BREAK ? '\n' : (char) (id + ' '));
        return text.toString();
    }

    @Override
    public int vocabSize() {
        return 97;
    }

    @Override
    public OptionalInt tokenId(String token) {
        return OptionalInt.empty();
    }

    @Override
    public SpecialTokens special() {
        var stops = new TreeSet<Integer>();
        stops.add(end);
        return new SpecialTokens(null, new SpecialTokens.SpecialToken("</s>", end), null, stops);
    }

    @Override
    public void close() {}
}
