package org.halftune.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The template for models that have none. Each turn has the role as its header; an empty line separates turns.
 * Assistant turns end with the tokenizer's EOS token, which is trained on:
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
 * @param eos text of the EOS token; "" if there is none
 * @param bos text that the tokenizer adds before the first turn; "" if there is none
 */
public record PlainTemplate(String eos, String bos) implements ChatTemplate {

    private static final String BETWEEN_TURNS = "\n\n";

    /**
     * The same in Jinja, for {@link #source}. The texts of BOS and EOS are inserted, because the tokenizer's files may
     * not define {@code bos_token} and {@code eos_token}. It writes BOS itself, because the text of a Jinja template is
     * tokenized without adding BOS.
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

    /** For a tokenizer that adds no BOS. */
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
        return "plain (the model has no template)";
    }

    @Override
    public String source() {
        var texts = Map.of("EOS", quoted(eos), "BOS", quoted(bos));
        // In one pass, because the text of one token may contain the name of the other.
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
