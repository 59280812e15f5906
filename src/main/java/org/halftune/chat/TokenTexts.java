package org.halftune.chat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.files.StrictJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the texts of special tokens from the files of a model folder. */
final class TokenTexts {
    private static final List<String> FILES = List.of(TemplateFiles.TOKENIZER_CONFIG, "special_tokens_map.json");

    private TokenTexts() {}

    /**
     * Variables of a template: {@code bos_token}, {@code eos_token}, {@code pad_token}, … A token that is null in a
     * file is undefined, as in transformers.
     *
     * @param bos value of {@code bos_token} if no file has it; null if there is none
     * @param eos value of {@code eos_token}, likewise
     */
    static Map<String, Object> variables(Path folder, @Nullable String bos, @Nullable String eos) {
        var texts = new HashMap<String, Object>();
        Set<String> named = new HashSet<>();
        for (String name : FILES) {
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) continue;
            for (var field : StrictJson.read(file).properties()) {
                if (!field.getKey().endsWith("_token") || !named.add(field.getKey())) continue;
                JsonNode text = field.getValue().isObject() ? field.getValue().path("content") : field.getValue();
                if (text.isString()) texts.put(field.getKey(), text.stringValue());
                else if (!text.isNull()) named.remove(field.getKey()); // add_bos_token and the like
            }
        }
        if (bos != null && !named.contains("bos_token")) texts.put("bos_token", bos);
        if (eos != null && !named.contains("eos_token")) texts.put("eos_token", eos);
        return texts;
    }

    /** The text that the tokenizer adds before a text: the leading special tokens of the post-processor's template. */
    static String before(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) return "";
        return before(StrictJson.read(file).path("post_processor"));
    }

    private static String before(JsonNode processor) {
        var text = new StringBuilder();
        for (JsonNode each : processor.path("processors")) text.append(before(each));
        for (JsonNode piece : processor.path("single")) {
            if (!piece.has("SpecialToken")) break;
            text.append(piece.path("SpecialToken").path("id").asString(""));
        }
        return text.toString();
    }
}
