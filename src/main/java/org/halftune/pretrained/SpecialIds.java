package org.halftune.pretrained;

import java.util.List;
import java.util.OptionalInt;

/**
 * Special token ids, from {@code generation_config.json} if it has them, else from {@code config.json}.
 *
 * @param begin {@code bos_token_id}
 * @param end {@code eos_token_id}: each of these ends generation; chat models often have several
 * @param padding {@code pad_token_id}
 */
public record SpecialIds(OptionalInt begin, List<Integer> end, OptionalInt padding) {
    /** No special ids. */
    public static final SpecialIds NONE = new SpecialIds(OptionalInt.empty(), List.of(), OptionalInt.empty());

    public SpecialIds {
        end = List.copyOf(end);
    }

    static SpecialIds read(Fields config) {
        return new SpecialIds(
                first(config.tokenIds("bos_token_id")),
                config.tokenIds("eos_token_id"),
                first(config.tokenIds("pad_token_id")));
    }

    /** These ids; missing ones are taken from {@code other}. */
    SpecialIds orElse(SpecialIds other) {
        return new SpecialIds(
                begin.isPresent() ? begin : other.begin,
                end.isEmpty() ? other.end : end,
                padding.isPresent() ? padding : other.padding);
    }

    private static OptionalInt first(List<Integer> ids) {
        return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.getFirst());
    }
}
