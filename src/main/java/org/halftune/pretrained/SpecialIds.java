package org.halftune.pretrained;

import java.util.List;
import java.util.OptionalInt;

/**
 * The token ids with a meaning of their own, from {@code generation_config.json} where it has them, else from
 * {@code config.json}.
 *
 * @param begin {@code bos_token_id}
 * @param end {@code eos_token_id}: any of these ends a generated text; often one, in chat models several
 * @param padding {@code pad_token_id}
 */
public record SpecialIds(OptionalInt begin, List<Integer> end, OptionalInt padding) {
    /** No id has a special meaning. */
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

    /** These ids, and where there is none, the other's. */
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
