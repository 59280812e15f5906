package world;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into the pieces inside which the tokenizer may merge: single digits, then the pattern of GPT-2, then bytes
 * written as printable characters.
 */
final class Pieces {

    /** The pattern of GPT-2 (Radford et al. 2019), as Hugging Face's ByteLevel pre-tokenizer has it. */
    private static final Pattern GPT2 =
            Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    private static final Pattern DIGIT_OR_NOT = Pattern.compile("\\p{N}|\\P{N}+");

    private Pieces() {}

    static List<String> of(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher part = DIGIT_OR_NOT.matcher(text);
        while (part.find()) {
            Matcher piece = GPT2.matcher(part.group());
            while (piece.find()) {
                pieces.add(printable(piece.group()));
            }
        }
        return pieces;
    }

    private static String printable(String piece) {
        StringBuilder result = new StringBuilder();
        for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
            result.append(character(b & 0xff));
        }
        return result.toString();
    }

    /**
     * The character that stands for a byte: itself where it can be seen, otherwise the next free one from U+0100 on.
     */
    static char character(int b) {
        if (isVisible(b)) {
            return (char) b;
        }
        int hiddenBefore = 0;
        for (int other = 0; other < b; other++) {
            hiddenBefore += isVisible(other) ? 0 : 1;
        }
        return (char) (0x100 + hiddenBefore);
    }

    private static boolean isVisible(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
    }
}
