package org.halftune.data;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Columns beyond those of the row's format. Each is read, ignored, or an error because it would change the training and
 * is not supported.
 */
final class Columns {
    /** Passed to the chat template with the messages. */
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

    private static final Map<RowFormat, List<String>> FURTHER = Map.of(
            RowFormat.TOKENIZED, TOKENS,
            RowFormat.INSTRUCTION, List.of("input", "history"),
            RowFormat.PREFERENCE, List.of("prompt", "instruction", "input", "conversations", "messages", "history"));

    private Columns() {}

    /**
     * The columns that are not used, in the row's order.
     *
     * @throws InputError for an unsupported column that would change the training
     */
    static List<String> unused(RowFields row, RowFormat format, boolean chat) {
        var read = new HashSet<String>(format.required());
        read.addAll(FURTHER.getOrDefault(format, List.of()));
        if (chat) read.addAll(CHAT);
        checkMeaning(row, format, read);
        return row.object().propertyNames().stream()
                .filter(name -> !read.contains(name) && row.has(name))
                .toList();
    }

    private static void checkMeaning(RowFields row, RowFormat format, Set<String> read) {
        for (String name : MEDIA) {
            if (given(row.get(name)))
                refuse(row, name, "holds media; Llama models read text only", "remove these rows");
        }
        for (String name : WEIGHTS) {
            JsonNode weight = row.get(name);
            if (row.has(name) && !(weight.isNumber() && weight.doubleValue() == 1)) {
                refuse(
                        row,
                        name,
                        "weights the row; Halftune weights all trained tokens equally",
                        "remove the column; to exclude one message set its \"weight\" to 0");
            }
        }
        if (format == RowFormat.TOKENIZED) return;
        for (String name : TOKENS.subList(3, TOKENS.size())) {
            if (row.has(name))
                refuse(
                        row,
                        name,
                        "is only used with input_ids, and the row has none",
                        "add input_ids, or remove the column");
        }
        if (row.has("kto_tag") || (row.get("label").isBoolean() && row.has("completion"))) {
            String name = row.has("kto_tag") ? "kto_tag" : "label";
            refuse(
                    row,
                    name,
                    "marks answers as good or bad (KTO); supervised training would train on both",
                    "keep the good rows and remove the column");
        }
        for (String name : List.of("tools", "documents", "functions")) {
            if (!read.contains(name) && format != RowFormat.TEXT && given(row.get(name))) {
                refuse(
                        row,
                        name,
                        "is not used in rows of the format " + format.columns(),
                        name.equals("functions")
                                ? "rename the column to tools and write the row as messages"
                                : "write the row as messages");
            }
        }
        if (format != RowFormat.TEXT && !read.contains("system") && given(row.get("system"))) {
            refuse(
                    row,
                    "system",
                    "is not used in plain-text rows of the format " + format.columns(),
                    "write the row as messages, or put the system text into the prompt");
        }
    }

    /** False for null and for an empty list, string or object; the string {@code "[]"} counts as empty. */
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
