package org.halftune.generate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.halftune.data.Tokenizer;

/**
 * Tokens and texts that end a completion.
 *
 * @param ids end tokens, including stop strings that are special tokens and so never appear in the text
 * @param texts the other stop strings
 */
public record StopTokens(Set<Integer> ids, List<String> texts) {

    public static StopTokens of(Tokenizer tokenizer, Set<Integer> endTokens, List<String> stops) {
        var ids = new HashSet<>(endTokens);
        var texts = new ArrayList<String>();
        for (String stop : stops) {
            var id = tokenizer.tokenId(stop);
            boolean special = id.isPresent()
                    && tokenizer.decode(new int[] {id.getAsInt()}, true).isEmpty();
            if (special) ids.add(id.getAsInt());
            else texts.add(stop);
        }
        return new StopTokens(ids, texts);
    }
}
