package org.halftune.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The template of models that have none. Turns are headed by who speaks and parted by an empty line; the assistant's
 * words end with the tokenizer's EOS token, which it learns with them:
 *
 * <pre>
 * ### System:
 * Be brief.
 *
 * ### User:
 * Where does Lily live?
 *
 * ### Assistant:
 * By the park.&lt;/s&gt;
 * </pre>
 *
 * <p>No line break follows the last turn. The generation prompt is {@code "\n\n### Assistant:\n"}.
 *
 * @param eos text of the EOS token; empty if there is none
 * @param bos text that the tokenizer's own rule puts before the first turn; empty if it puts none
 */
public record PlainTemplate(String eos, String bos) implements ChatTemplate {

    private static final String BETWEEN_TURNS = "\n\n";

    /**
     * The same in Jinja, for {@link #source}: the texts of BOS and EOS are filled in, since a tokenizer may have them without
     * their names. It writes BOS itself: a rendered template is tokenized without the tokenizer's own rule.
     */
    private static final String SOURCE = """
            {#- Halftune's plain template, for models that have none. -#}
            {{- BOS -}}
            {%- for message in messages -%}
                {%- if not loop.first %}{{ '\\n\\n' }}{% endif -%}
                {{- '### ' + message.role[:1] | upper + message.role[1:] + ':\\n' -}}
                {%- set content = message.content if message.content is string else '' -%}
                {%- if message.role == 'assistant' -%}
                    {%- generation -%}{{- content + EOS -}}{%- endgeneration -%}
                {%- else -%}
                    {{- content -}}
                {%- endif -%}
            {%- endfor -%}
            {%- if add_generation_prompt -%}
                {{- '\\n\\n### Assistant:\\n' if messages else '### Assistant:\\n' -}}
            {%- endif -%}
            """;

    private static final Pattern NAMES = Pattern.compile("EOS|BOS");

    /** For a tokenizer that puts nothing before a text. */
    public PlainTemplate(String eos) {
        this(eos, "");
    }

    @Override
    public Rendered render(Conversation conversation, boolean addGenerationPrompt) {
        var text = new StringBuilder();
        var generated = new ArrayList<Span>();
        for (Message message : conversation.messages()) {
            if (!text.isEmpty()) text.append(BETWEEN_TURNS);
            text.append(heading(message.role()));
            int start = text.length();
            text.append(message.text());
            if (!message.isAssistant()) continue;
            text.append(eos);
            generated.add(new Span(start, text.length()));
        }
        if (addGenerationPrompt) {
            if (!text.isEmpty()) text.append(BETWEEN_TURNS);
            text.append(heading("assistant"));
        }
        return new Rendered(text.toString(), Optional.of(List.copyOf(generated)));
    }

    @Override
    public boolean writesSpecialTokens() {
        return false;
    }

    @Override
    public String description() {
        return "plain template (the model has none)";
    }

    @Override
    public String source() {
        var texts = Map.of("EOS", quoted(eos), "BOS", quoted(bos));
        // In one pass: the text of one token may contain the other's name.
        return NAMES.matcher(SOURCE).replaceAll(found -> Matcher.quoteReplacement(texts.get(found.group())));
    }

    /** {@code "### User:\n"} for {@code user}. */
    private static String heading(String role) {
        int first = role.isEmpty() ? 0 : Character.charCount(role.codePointAt(0));
        return "### " + role.substring(0, first).toUpperCase(Locale.ROOT) + role.substring(first) + ":\n";
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
    }
}
