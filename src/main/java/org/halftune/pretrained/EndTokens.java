package org.halftune.pretrained;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.halftune.files.StrictJson;

/**
 * The end tokens of a trained model. End tokens that were trained on must be in {@code config.json} and {@code
 * generation_config.json}, or generation never stops. As in TRL and transformers, {@code config.json} gets the trained
 * ids, and {@code generation_config.json} the trained ids followed by its previous ones.
 *
 * @param trained end tokens that were trained on; empty changes nothing
 */
record EndTokens(List<Integer> trained) {
    private static final String KEY = "eos_token_id";

    EndTokens {
        trained = List.copyOf(trained);
    }

    /** {@code config} with the trained ids, if one is missing. */
    ConfigFile in(ConfigFile config) {
        var ids = config.specialIds();
        if (ids.end().containsAll(trained)) return config;
        String text = FieldText.replace(config.text(), List.of(KEY), KEY, json(trained));
        return new ConfigFile(text, config.config(), new SpecialIds(ids.begin(), trained, ids.padding()));
    }

    /**
     * {@code generation_config.json} with the trained ids before its previous ones.
     *
     * @param text the content of the file; empty if the model has none
     * @param config has the previous ids if the file has none
     * @return empty if nothing changes
     */
    Optional<String> inGeneration(Optional<String> text, ConfigFile config, String where) {
        List<Integer> before = text.map(json -> new Fields(
                                StrictJson.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8), where), where)
                        .tokenIds(KEY))
                .filter(ids -> !ids.isEmpty())
                .orElse(config.specialIds().end());
        if (before.containsAll(trained)) return Optional.empty();
        var all = new LinkedHashSet<>(trained);
        all.addAll(before);
        String ids = json(List.copyOf(all));
        return Optional.of(text.map(json -> FieldText.replace(json, List.of(KEY), KEY, ids))
                .orElseGet(() -> fresh(config.specialIds(), ids)));
    }

    private static String fresh(SpecialIds ids, String ends) {
        return "{\n" + field("bos_token_id", ids.begin()) + "  \"eos_token_id\": " + ends
                + (ids.padding().isPresent()
                        ? ",\n  \"pad_token_id\": " + ids.padding().getAsInt()
                        : "") + "\n}\n";
    }

    private static String field(String name, OptionalInt id) {
        return id.isPresent() ? "  \"" + name + "\": " + id.getAsInt() + ",\n" : "";
    }

    /** {@code 2}, or {@code [2, 0]}. */
    static String json(List<Integer> ids) {
        if (ids.size() == 1) return ids.getFirst().toString();
        return ids.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
