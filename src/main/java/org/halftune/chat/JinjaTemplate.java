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
 * A Jinja template, rendered as transformers' {@code apply_chat_template(tokenize=False)} does. Template syntax within
 * the conversation is not evaluated.
 */
public final class JinjaTemplate implements ChatTemplate {
    private final String source;
    private final String where;
    private final String description;
    private final Map<String, Object> tokens;
    private final LocalDateTime now;
    private final Template template;

    /**
     * @param where the file, for error messages
     * @param description for display
     * @param tokens special tokens by variable name: {@code bos_token}, {@code eos_token}, …
     * @param now the time that {@code strftime_now} gives
     * @throws InputError with the line, if the source is not a valid template or uses unsupported Jinja
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
                    "the chat template is not valid: " + e.problem(),
                    place(e),
                    "correct the template, or use another one with --chat_template");
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
                        "the chat template rejects the conversation: " + e.problem(),
                        place(e),
                        "correct the conversation, or use another template with --chat_template")
                : new InputError(
                        "the chat template fails: " + e.problem(),
                        place(e),
                        "correct the template or the conversation, or use another template with --chat_template");
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
