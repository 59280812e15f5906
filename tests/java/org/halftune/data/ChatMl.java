package org.halftune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.chat.Rendered;
import org.halftune.problem.InputError;

/**
 * SmolLM2's template: a default system message, string content only, no tools.
 *
 * @param calls whether tool calls are rendered
 */
record ChatMl(boolean calls) implements ChatTemplate {
    static final ChatMl SMOL = new ChatMl(false);

    @Override
    public Rendered render(Conversation conversation, boolean addGenerationPrompt) {
        var parts = new ArrayList<String>();
        List<Message> messages = conversation.messages();
        if (!messages.getFirst().role().equals("system")) {
            parts.add(turn("system", "You are a helpful AI assistant named SmolLM, trained by Hugging Face"));
        }
        for (Message message : messages) {
            if (!(message.fields().get("content") instanceof String text)) {
                throw new InputError("can only concatenate str to str", "template, line 1", "give text");
            }
            parts.add(
                    turn(message.role(), text + (calls && message.fields().containsKey("tool_calls") ? "<call>" : "")));
        }
        if (addGenerationPrompt) parts.add("<|im_start|>assistant\n");
        return new Rendered(String.join("", parts), Optional.empty());
    }

    private static String turn(String role, String content) {
        return "<|im_start|>" + role + "\n" + content + "<|im_end|>\n";
    }

    @Override
    public boolean writesSpecialTokens() {
        return true;
    }

    @Override
    public String description() {
        return "SmolLM2's, written out";
    }

    @Override
    public String source() {
        return "";
    }
}
