package org.halftune.data;

import java.util.ArrayList;
import java.util.List;

/**
 * A token of an example, for display.
 *
 * @param text the text that this token adds; empty for the first bytes of a character that a later token completes
 * @param trainedOn whether the token has a loss
 * @param special whether it is a special token such as {@code <|im_end|>}
 */
public record Piece(int id, String text, boolean trainedOn, boolean special) {
    /**
     * Number of tokens that are decoded together. Decoders need neighbours for spaces and for characters of several
     * tokens.
     */
    private static final int CONTEXT = 8;

    private static final char INCOMPLETE = '\uFFFD';

    /** The tokens of an example in order. The first is never trained on, because no token precedes it. */
    public static List<Piece> of(Example example, Tokenizer tokenizer) {
        int[] ids = example.inputIds();
        var pieces = new ArrayList<Piece>(ids.length);
        int begin = 0;
        String before = "";
        for (int i = 0; i < ids.length; i++) {
            String with = tokenizer.decode(java.util.Arrays.copyOfRange(ids, begin, i + 1), false);
            boolean whole = !with.endsWith(String.valueOf(INCOMPLETE));
            String text = whole && with.startsWith(before) ? with.substring(before.length()) : "";
            boolean trainedOn = i > 0 && example.labels()[i] != Example.IGNORED;
            pieces.add(new Piece(ids[i], text, trainedOn, tokenizer.isSpecial(ids[i])));
            if (!whole) continue;
            before = with;
            if (i - begin < CONTEXT) continue;
            begin = i - 1;
            before = tokenizer.decode(java.util.Arrays.copyOfRange(ids, begin, i + 1), false);
        }
        return pieces;
    }

    /** The text with visible symbols for control characters. A line break gets a symbol and is kept. */
    public String visible() {
        var out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n') out.append("⏎\n");
            else if (c == '\t') out.append('→');
            else if (c < ' ') out.appendCodePoint(0x2400 + c);
            else if (c == 0x7F) out.append('␡');
            else if (Character.getType(c) == Character.CONTROL || Character.getType(c) == Character.FORMAT)
                out.append(String.format("\\u%04x", c));
            else out.appendCodePoint(c);
        });
        return out.toString();
    }
}
