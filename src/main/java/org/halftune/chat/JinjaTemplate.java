package org.halftune.chat;

import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.chat.jinja.JinjaError;
import org.halftune.chat.jinja.Template;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * A template in Jinja, rendered as transformers' {@code apply_chat_template(tokenize=False)} renders it. The conversation is data:
 * template syntax in it comes out as it is.
 */
public final class JinjaTemplate implements ChatTemplate {
    private final String source;
    private final String where;
    private final String description;
    private final Map<String, Object> tokens;
    private final LocalDateTime now;
    private final Template template;

    /**
     * @param where the file, for errors
     * @param description for people
     * @param tokens special tokens by the template's names for them: {@code bos_token}, {@code eos_token}, …
     * @param now what {@code strftime_now} gives, for every conversation
     * @throws InputError naming the line, if it is no template, or uses what Halftune does not render
     */
    public JinjaTemplate(
            String source, String where, String description, Map<String, Object> tokens, LocalDateTime now) {
        this.source = source;
        this.where = where;
        this.description = description;
        this.tokens = tokens;
        this.now = now;
        try {
            template = Template.parse(source);
        } catch (JinjaError e) {
            throw new InputError(
                    "the chat template cannot be used: " + e.problem(),
                    place(e),
                    "correct the template, or give another with --chat_template");
        }
    }

    @Override
    public Rendered render(Conversation conversation, boolean addGenerationPrompt) {
        var variables = new HashMap<String, @Nullable Object>(tokens);
        variables.put("documents", null);
        variables.putAll(conversation.variables());
        variables.put(
                "messages",
                conversation.messages().stream().map(Message::fields).toList());
        variables.put("tools", conversation.tools().isEmpty() ? null : conversation.tools());
        variables.put("add_generation_prompt", addGenerationPrompt);
        try {
            var result = template.render(variables, now);
            return new Rendered(
                    result.text(), template.marksGeneration() ? Optional.of(spans(result)) : Optional.empty());
        } catch (JinjaError e) {
            throw failure(e);
        }
    }

    private InputError failure(JinjaError e) {
        return e.raised()
                ? new InputError(
                        "the chat template refuses the conversation: " + e.problem(),
                        place(e),
                        "change the conversation as it says, or give another template with --chat_template")
                : new InputError(
                        "the chat template fails: " + e.problem(),
                        place(e),
                        "mend the template there, give the conversation in the form that it expects, or name another with --chat_template");
    }

    private String place(JinjaError e) {
        return e.line() == 0 ? where : where + " line " + e.line();
    }

    private static List<Span> spans(Template.Result result) {
        return result.generated().stream()
                .map(range -> new Span(range[0], range[1]))
                .toList();
    }

    @Override
    public boolean writesSpecialTokens() {
        return true;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Optional<LocalDateTime> dates() {
        return source.contains("strftime_now") ? Optional.of(now) : Optional.empty();
    }

    @Override
    public String eos() {
        return tokens.get("eos_token") instanceof String eos ? eos : "";
    }

    @Override
    public String source() {
        return source;
    }
}
