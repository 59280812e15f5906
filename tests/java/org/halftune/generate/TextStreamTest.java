package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextStreamTest {

    @Test
    void incompleteCharactersAreHeldBack() {
        assertThat(stream("é", "aé€😀b")).containsExactly("a", "é", "€", "😀", "b");
    }

    @Test
    void piecesConcatenateToTheText() {
        String text = "Zwölf Boxkämpfer — 日本語, Ελληνικά 👩‍👩‍👧.";
        assertThat(String.join("", stream("", text))).isEqualTo(text);
        assertThat(String.join("", stream("日本", text))).isEqualTo(text);
    }

    @Test
    void incompleteBytesArePassedOnAtTheEnd() {
        int[] cut = {'a', 0xe2, 0x82};
        assertThat(StreamedText.of(new int[0], cut, TextStreamTest::decode)).startsWith("a\uFFFD");
    }

    @Test
    void leadingSpaceIsKeptThoughTheDecoderStripsIt() {
        // Like Llama 2's decoder, which strips one space from the start of its input.
        java.util.function.Function<int[], String> stripping = ids -> {
            String text = decode(ids);
            return text.startsWith(" ") ? text.substring(1) : text;
        };
        assertThat(StreamedText.of(bytes("Hi"), bytes(" you"), stripping)).isEqualTo(" you");
    }

    @Test
    void tokensWithoutTextPassNothingOn() {
        var pieces = new ArrayList<String>();
        var stream = new TextStream(bytes("x"), ids -> decode(without(ids, '#')), pieces::add);
        for (int token : bytes("a##b")) stream.accept(token);
        stream.end();
        assertThat(pieces).containsExactly("a", "b");
    }

    private static List<String> stream(String prompt, String text) {
        var pieces = new ArrayList<String>();
        var stream = new TextStream(bytes(prompt), TextStreamTest::decode, pieces::add);
        for (int token : bytes(text)) stream.accept(token);
        stream.end();
        return pieces;
    }

    /** A tokenizer whose tokens are the bytes of UTF-8. */
    private static String decode(int[] ids) {
        var out = new ByteArrayOutputStream();
        for (int id : ids) out.write(id);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static int[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) ids[i] = bytes[i] & 0xff;
        return ids;
    }

    private static int[] without(int[] ids, int id) {
        return java.util.Arrays.stream(ids).filter(i -> i != id).toArray();
    }
}
