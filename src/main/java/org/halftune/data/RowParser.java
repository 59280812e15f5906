package org.halftune.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Parses a JSON object as a {@link Row}. Errors name file, line and field. */
final class RowParser {
    private final RowFields row;
    private final MessageParser parser;

    private RowParser(RowFields row) {
        this.row = row;
        this.parser = new MessageParser(row);
    }

    /** @throws InputError if the value is not an object, matches no format, or has an invalid field */
    static ParsedRow parse(JsonNode value, Place place) {
        if (!value.isObject()) {
            throw new InputError(
                    "the row is " + RowFields.kind(value) + ", not an object",
                    place.toString(),
                    "write it as {\"column\": value, …}");
        }
        var fields = new RowFields(value, place);
        var format = RowFormat.of(fields);
        var row = new RowParser(fields).row(format);
        boolean chat =
                row instanceof Row.Messages || row instanceof Row.ChatCompletion || row instanceof Row.ChatPreference;
        return new ParsedRow(row, format, Columns.unused(fields, format, chat));
    }

    private Row row(RowFormat format) {
        return switch (format) {
            case TOKENIZED -> new TokenizedParser(row).parse();
            case PROMPT_COMPLETION -> promptCompletion();
            case PROMPT_ANSWER -> new Row.PromptCompletion(row.text("prompt"), row.text("answer"));
            case QUESTION_ANSWER -> completed(List.of(Message.of("user", row.text("question"))), row.text("answer"));
            case MESSAGES -> new Row.Messages(conversation(parser.messages("messages")));
            case CONVERSATIONS -> new Row.Messages(conversation(parser.messages("conversations")));
            case INSTRUCTION -> instruction();
            case PREFERENCE -> new PreferenceParser(row, parser, this::conversation).parse();
            case TEXT -> new Row.Text(row.text("text"));
        };
    }

    private Row promptCompletion() {
        JsonNode prompt = row.get("prompt");
        JsonNode completion = row.get("completion");
        if (prompt.isArray() && completion.isArray()) {
            return new Row.ChatCompletion(conversation(parser.messages("prompt")), parser.messages("completion"));
        }
        if ((prompt.isArray() && completion.isString()) || (prompt.isString() && completion.isArray())) {
            throw row.wrong(
                    "completion",
                    "prompt is " + RowFields.kind(prompt) + ", but completion is " + RowFields.kind(completion),
                    "write both as strings, or both as lists of messages");
        }
        return new Row.PromptCompletion(row.text("prompt"), row.text("completion"));
    }

    /**
     * Stanford's format. With a column {@code system}, {@code history} or {@code tools} it is LLaMA-Factory's format: a
     * conversation, of which the last answer is trained on.
     */
    private Row instruction() {
        String instruction = row.text("instruction");
        String input = row.optionalText("input");
        String output = row.text("output");
        if (!row.has("system") && !row.has("history") && !row.has("tools")) {
            return new Row.Instruction(instruction, input, output);
        }
        var turns = new ArrayList<>(history());
        turns.add(Message.of("user", input.isEmpty() ? instruction : instruction + "\n" + input));
        return completed(turns, output);
    }

    private Row completed(List<Message> prompt, String answer) {
        return new Row.ChatCompletion(conversation(prompt), List.of(Message.of("assistant", answer)));
    }

    /** {@code history}: earlier pairs of a user message and its answer. */
    private List<Message> history() {
        var turns = new ArrayList<Message>();
        List<JsonNode> pairs = row.list("history");
        for (int i = 0; i < pairs.size(); i++) {
            JsonNode pair = pairs.get(i);
            if (!pair.isArray() || pair.size() != 2 || !pair.valueStream().allMatch(JsonNode::isString)) {
                throw row.wrong(
                        "history[" + i + "]",
                        "the history entry is not a pair of strings",
                        "write it as [\"user message\", \"answer\"]");
            }
            turns.add(Message.of("user", String.valueOf(row.value(pair.get(0), "history[" + i + "][0]"))));
            turns.add(Message.of("assistant", String.valueOf(row.value(pair.get(1), "history[" + i + "][1]"))));
        }
        return turns;
    }

    /** Adds the row's {@code system}, {@code tools}, {@code documents} and template variables to its turns. */
    private Conversation conversation(List<Message> turns) {
        var messages = new ArrayList<Message>();
        String system = row.optionalText("system");
        boolean hasSystem = !turns.isEmpty() && turns.getFirst().role().equals("system");
        if (hasSystem && !system.isEmpty() && !system.equals(turns.getFirst().text())) {
            throw row.wrong(
                    "system",
                    "the first message is a system message, and the column system has a different one",
                    "remove one of them");
        }
        if (!hasSystem && !system.isEmpty()) messages.add(Message.of("system", system));
        messages.addAll(turns);
        return new Conversation(messages, tools(), variables());
    }

    private List<Object> tools() {
        var tools = new ArrayList<Object>();
        List<JsonNode> all = row.list("tools");
        for (int i = 0; i < all.size(); i++) {
            JsonNode tool = all.get(i);
            String at = "tools[" + i + "]";
            if (!tool.isObject()) {
                throw row.wrong(
                        at,
                        "the tool is " + RowFields.kind(tool) + ", not an object",
                        "write it as {\"type\": \"function\", \"function\": {\"name\": …, \"parameters\": …}}");
            }
            Object value = java.util.Objects.requireNonNull(row.value(tool, at));
            // LLaMA-Factory's data has the function itself, not wrapped.
            boolean bare = row.has("conversations") && !tool.has("type") && tool.has("name");
            tools.add(bare ? MessageParser.wrapped(value) : value);
        }
        return tools;
    }

    private Map<String, Object> variables() {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        if (row.has("chat_template_kwargs")) {
            JsonNode given = row.get("chat_template_kwargs");
            if (!given.isObject()) {
                throw row.wrong(
                        "chat_template_kwargs",
                        "chat_template_kwargs is " + RowFields.kind(given) + ", not an object",
                        "write it as {\"variable\": value}");
            }
            for (var entry : given.properties()) {
                variables.put(entry.getKey(), row.value(entry.getValue(), "chat_template_kwargs." + entry.getKey()));
            }
        }
        List<JsonNode> documents = row.list("documents");
        if (!documents.isEmpty()) {
            var values = new ArrayList<@Nullable Object>();
            for (int i = 0; i < documents.size(); i++) values.add(row.value(documents.get(i), "documents[" + i + "]"));
            variables.put("documents", values);
        }
        return variables;
    }
}
