package org.halftune.data;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What the columns beside those of a row's form mean: read, refused because they change what is learnt, or not used. */
final class Columns {
    /** What a conversation is rendered with. */
    static final List<String> CHAT = List.of("system", "tools", "documents", "chat_template_kwargs");

    private static final List<String> TOKENS = List.of(
            "input_ids",
            "labels",
            "attention_mask",
            "completion_mask",
            "assistant_masks",
            "position_ids",
            "seq_lengths",
            "token_type_ids");

    private static final List<String> MEDIA =
            List.of("image", "images", "audio", "audios", "video", "videos", "pixel_values");

    private static final List<String> WEIGHTS =
            List.of("weight", "weights", "loss_weight", "sample_weight", "loss_mask");

    private static final Map<RowForm, List<String>> FURTHER = Map.of(
            RowForm.TOKENIZED, TOKENS,
            RowForm.INSTRUCTION, List.of("input", "history"),
            RowForm.PREFERENCE, List.of("prompt", "instruction", "input", "conversations", "messages", "history"));

    private Columns() {}

    /** The columns that are not used, in the row's order. Columns that change what is learnt and are not read are errors. */
    static List<String> unused(RowFields row, RowForm form, boolean chat) {
        var read = new HashSet<String>(form.required());
        read.addAll(FURTHER.getOrDefault(form, List.of()));
        if (chat) read.addAll(CHAT);
        checkMeaning(row, form, read);
        return row.object().propertyNames().stream()
                .filter(name -> !read.contains(name) && row.has(name))
                .toList();
    }

    private static void checkMeaning(RowFields row, RowForm form, Set<String> read) {
        for (String name : MEDIA) {
            if (given(row.get(name)))
                refuse(row, name, "holds more than text, and a Llama reads text alone", "leave these rows out");
        }
        for (String name : WEIGHTS) {
            JsonNode weight = row.get(name);
            if (row.has(name) && !(weight.isNumber() && weight.doubleValue() == 1)) {
                refuse(
                        row,
                        name,
                        "weighs the row, and every token that is learnt counts the same here",
                        "remove the column; a message can have \"weight\": 0");
            }
        }
        if (form == RowForm.TOKENIZED) return;
        for (String name : TOKENS.subList(3, TOKENS.size())) {
            if (row.has(name))
                refuse(row, name, "belongs to input_ids, which the row lacks", "add input_ids, or remove the column");
        }
        if (row.has("kto_tag") || (row.get("label").isBoolean() && row.has("completion"))) {
            String name = row.has("kto_tag") ? "kto_tag" : "label";
            refuse(
                    row,
                    name,
                    "says whether the answer is good (KTO); supervised training learns every answer",
                    "keep the good rows, and remove the column");
        }
        for (String name : List.of("tools", "documents", "functions")) {
            if (!read.contains(name) && form != RowForm.TEXT && given(row.get(name))) {
                refuse(
                        row,
                        name,
                        "is not read beside " + form.columns(),
                        name.equals("functions")
                                ? "write them as tools, beside messages"
                                : "write the row as messages");
            }
        }
        if (form != RowForm.TEXT && !read.contains("system") && given(row.get("system"))) {
            refuse(
                    row,
                    "system",
                    "is not read beside " + form.columns() + " in plain text",
                    "write the row as messages, or put it into the prompt");
        }
    }

    /** Whether there is more than an empty list, text or object; {@code "[]"} is empty too. */
    private static boolean given(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) return false;
        if (value.isString())
            return !value.stringValue().isBlank()
                    && !value.stringValue().strip().equals("[]");
        return !value.isContainer() || !value.isEmpty();
    }

    private static void refuse(RowFields row, String name, String why, String fix) {
        throw row.wrong(name, "the column " + name + " " + why, fix);
    }
}
