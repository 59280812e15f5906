package org.halftune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import tools.jackson.databind.JsonNode;

/**
 * Parses preference pairs. TRL's format: strings or message lists, with a separate prompt or with the prompt as the
 * common prefix of both. LLaMA-Factory's format: two answers to a ShareGPT conversation or to an instruction.
 *
 * @param conversation adds the row's system message, tools and variables to messages
 */
record PreferenceParser(RowFields row, MessageParser parser, Function<List<Message>, Conversation> conversation) {

    Row parse() {
        for (String turns : List.of("conversations", "messages")) {
            if (row.has(turns) && !row.has("prompt")) {
                return new Row.ChatPreference(
                        conversation.apply(parser.messages(turns)), answer("chosen"), answer("rejected"));
            }
        }
        if (row.has("instruction") && !row.has("prompt")) {
            String input = row.optionalText("input");
            var user = Message.of("user", row.text("instruction") + (input.isEmpty() ? "" : "\n" + input));
            return new Row.ChatPreference(conversation.apply(List.of(user)), answer("chosen"), answer("rejected"));
        }
        boolean text = row.get("chosen").isString() && row.get("rejected").isString();
        if (text && (!row.has("prompt") || row.get("prompt").isString())) return text();
        return chat();
    }

    private Row text() {
        String chosen = row.text("chosen");
        String rejected = row.text("rejected");
        if (row.has("prompt")) return new Row.TextPreference(row.text("prompt"), chosen, rejected);
        int common = commonPrefix(chosen, rejected);
        return new Row.TextPreference(
                chosen.substring(0, common), chosen.substring(common), rejected.substring(common));
    }

    private Row chat() {
        List<Message> chosen = answer("chosen");
        List<Message> rejected = answer("rejected");
        List<Message> prompt = new ArrayList<>();
        if (row.has("prompt")) {
            if (row.get("prompt").isArray()) prompt.addAll(parser.messages("prompt"));
            else prompt.add(Message.of("user", row.text("prompt")));
        }
        int common = 0;
        int most = Math.min(chosen.size(), rejected.size()) - 1;
        while (common < most && chosen.get(common).equals(rejected.get(common))) common++;
        List<Message> shared = chosen.subList(0, common);
        if (prompt.isEmpty() || repeats(prompt, shared)) prompt = shared;
        else prompt.addAll(shared);
        return new Row.ChatPreference(
                conversation.apply(prompt),
                chosen.subList(common, chosen.size()),
                rejected.subList(common, rejected.size()));
    }

    /** UltraFeedback has the prompt in a column of its own and again before each answer. */
    private static boolean repeats(List<Message> prompt, List<Message> shared) {
        return !shared.isEmpty()
                && prompt.getLast().text().equals(shared.getLast().text());
    }

    /** A string, a message, or a list of messages. */
    private List<Message> answer(String name) {
        JsonNode value = row.get(name);
        if (value.isString()) return List.of(Message.of("assistant", row.text(name)));
        if (value.isValueNode())
            throw row.wrong(
                    name, name + " is " + RowFields.kind(value), "write it as a text, a message or a list of messages");
        return value.isObject() ? List.of(parser.message(value, name)) : parser.messages(name);
    }

    /** As in TRL, a space before the first difference belongs to the answers. */
    private static int commonPrefix(String one, String other) {
        int most = Math.min(one.length(), other.length());
        int at = 0;
        while (at < most && one.charAt(at) == other.charAt(at)) at++;
        return at > 0 && one.charAt(at - 1) == ' ' ? at - 1 : at;
    }
}
