package org.halftune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.halftune.data.Message.Role;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;

/** Makes a {@link Row} of a JSON object, and of every fault in it an error with file, line and field. */
final class RowParser {

    private static final Map<String, Role> ROLES =
            Arrays.stream(Role.values()).collect(Collectors.toUnmodifiableMap(Role::word, role -> role));

    /** ShareGPT's speakers, and the other names they have in published data. */
    private static final Map<String, Role> SPEAKERS = Map.of(
            "human", Role.USER,
            "user", Role.USER,
            "gpt", Role.ASSISTANT,
            "chatgpt", Role.ASSISTANT,
            "bot", Role.ASSISTANT,
            "model", Role.ASSISTANT,
            "assistant", Role.ASSISTANT,
            "system", Role.SYSTEM,
            "tool", Role.TOOL);

    private final JsonNode object;
    private final Place place;

    private RowParser(JsonNode object, Place place) {
        this.object = object;
        this.place = place;
    }

    /** @throws InputError if the value is no object, has columns of no form, or a field cannot be used */
    static Row parse(JsonNode value, Place place) {
        if (!value.isObject()) {
            throw new InputError(
                    "a row is " + kind(value) + ", not an object",
                    place.toString(),
                    "write it as {\"column\": value, …}");
        }
        return new RowParser(value, place).row();
    }

    private Row row() {
        var columns = new LinkedHashSet<String>(object.propertyNames());
        return switch (RowForm.of(columns, place)) {
            case TOKENIZED -> tokenized();
            case PROMPT_COMPLETION -> promptCompletion();
            case PROMPT_ANSWER -> new Row.PromptCompletion(text("prompt"), text("answer"));
            case QUESTION_ANSWER ->
                new Row.ChatCompletion(
                        List.of(new Message(Role.USER, text("question"))),
                        List.of(new Message(Role.ASSISTANT, text("answer"))));
            case MESSAGES -> new Row.Messages(messages("messages", "role", "content", ROLES));
            case CONVERSATIONS -> conversations();
            case INSTRUCTION -> new Row.Instruction(text("instruction"), optionalText("input"), text("output"));
            case TEXT -> new Row.Text(text("text"));
        };
    }

    private Row promptCompletion() {
        JsonNode prompt = object.get("prompt");
        JsonNode completion = object.get("completion");
        if (prompt.isArray() && completion.isArray()) {
            return new Row.ChatCompletion(
                    messages("prompt", "role", "content", ROLES), messages("completion", "role", "content", ROLES));
        }
        if ((prompt.isArray() && completion.isString()) || (prompt.isString() && completion.isArray())) {
            throw wrong(
                    "completion",
                    "prompt is " + kind(prompt) + " and completion " + kind(completion),
                    "make both text, or both lists of messages");
        }
        return new Row.PromptCompletion(text("prompt"), text("completion"));
    }

    /** ShareGPT's {@code from}/{@code value}; some files use {@code role}/{@code content} under this name too. */
    private Row conversations() {
        JsonNode first = object.get("conversations").path(0);
        return first.has("role") && !first.has("from")
                ? new Row.Messages(messages("conversations", "role", "content", ROLES))
                : new Row.Messages(messages("conversations", "from", "value", SPEAKERS));
    }

    private Row tokenized() {
        for (String mask : List.of("completion_mask", "assistant_masks")) {
            if (object.has(mask)) {
                throw wrong(
                        mask, "masks beside input_ids are not read", "give labels, with -100 where nothing is learnt");
            }
        }
        int[] ids = integers("input_ids", 0);
        if (ids.length == 0) throw wrong("input_ids", "input_ids is empty", "remove the row");
        if (object.has("attention_mask")) {
            int[] mask = integers("attention_mask", 0);
            if (mask.length != ids.length || Arrays.stream(mask).anyMatch(bit -> bit != 1)) {
                throw wrong(
                        "attention_mask", "the row holds padding", "store rows without padding: it is never needed");
            }
        }
        if (!object.has("labels")) return new Row.Tokenized(ids, ids.clone());
        int[] labels = integers("labels", Example.IGNORED);
        if (labels.length != ids.length) {
            throw wrong(
                    "labels",
                    labels.length + " labels for " + ids.length + " input_ids",
                    "give one label a token, not shifted, with -100 where nothing is learnt");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 && labels[i] != Example.IGNORED) {
                throw wrong(
                        "labels[" + i + "]", "label " + labels[i] + " is negative", "mask with -100, and only with it");
            }
        }
        return new Row.Tokenized(ids, labels);
    }

    private List<Message> messages(String name, String roleName, String contentName, Map<String, Role> roles) {
        JsonNode array = object.get(name);
        if (!array.isArray()) throw wrong(name, name + " is " + kind(array), "make it a list of messages");
        if (array.isEmpty()) throw wrong(name, name + " is empty", "a conversation needs at least one message");
        var messages = new ArrayList<Message>(array.size());
        for (int i = 0; i < array.size(); i++) {
            JsonNode message = array.get(i);
            String at = name + "[" + i + "]";
            String form = "{\"" + roleName + "\": …, \"" + contentName + "\": …}";
            if (!message.isObject()) throw wrong(at, "a message is " + kind(message), "write it as " + form);
            String word = text(message, roleName, at + "." + roleName);
            Role role = roles.get(word.toLowerCase(Locale.ROOT));
            if (role == null) {
                String known = roles.keySet().stream().sorted().collect(Collectors.joining(", "));
                throw wrong(at + "." + roleName, "unknown role \"" + shown(word) + "\"", "use one of: " + known);
            }
            messages.add(new Message(role, text(message, contentName, at + "." + contentName)));
        }
        return List.copyOf(messages);
    }

    private String text(String name) {
        return text(object, name, name);
    }

    private String optionalText(String name) {
        return object.path(name).isMissingNode() || object.path(name).isNull() ? "" : text(name);
    }

    private String text(JsonNode parent, String name, String at) {
        JsonNode value = parent.path(name);
        if (value.isMissingNode()) throw wrong(at, name + " is missing", "add it, as text");
        if (!value.isString())
            throw wrong(at, name + " is " + kind(value) + ", not text", "put it in quotes, or remove the row");
        String text = value.stringValue();
        int broken = brokenCharacter(text);
        if (broken >= 0) {
            throw wrong(
                    at,
                    String.format(Locale.ROOT, "character %d is \\u%04x, half of a surrogate pair", broken, (int)
                            text.charAt(broken)),
                    "the text was cut inside a character: repair or remove it");
        }
        return text;
    }

    private int[] integers(String name, int least) {
        JsonNode array = object.get(name);
        if (!array.isArray()) throw wrong(name, name + " is " + kind(array), "make it a list of integers");
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = array.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToInt()) {
                String seen = value.isNumber() ? value.toString() : kind(value);
                throw wrong(
                        name + "[" + i + "]", shown(seen) + " is no integer of 32 bits", "token ids are whole numbers");
            }
            values[i] = value.intValue();
            if (values[i] < least) {
                throw wrong(name + "[" + i + "]", values[i] + " is below " + least, "token ids are never negative");
            }
        }
        return values;
    }

    private InputError wrong(String field, String what, String fix) {
        return new InputError(what, place.field(field), fix);
    }

    /** Index of the first surrogate without its partner, or -1: such a string has no UTF-8 form. */
    private static int brokenCharacter(String text) {
        int i = 0;
        while (i < text.length()) {
            int point = text.codePointAt(i);
            if (Character.isBmpCodePoint(point) && Character.isSurrogate((char) point)) return i;
            i += Character.charCount(point);
        }
        return -1;
    }

    /** Text from a file as it may stand in a message: short, on one line. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "\uFFFD");
        return line.length() <= 40 ? line : line.substring(0, 40) + "…";
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> "null";
            case BOOLEAN -> "a boolean";
            case NUMBER -> "a number";
            case STRING -> "text";
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case MISSING, BINARY, POJO -> "nothing";
        };
    }
}
