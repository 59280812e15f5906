package org.halftune.chat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.halftune.chat.TemplateFiles.Found;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** Finds the chat template of a model folder. */
public final class ChatTemplates {
    /** The template that transformers uses for conversations with tools if a model has several templates. */
    private static final String FOR_TOOLS = "tool_use";

    private ChatTemplates() {}

    /**
     * The template given by the user, else the model's own ({@code chat_template.jinja}, then {@code chat_template} of
     * {@code tokenizer_config.json}, then {@code chat_template.json}), else the plain template. If a model has several
     * templates, {@code default} is used, and {@code tool_use} for conversations with tools.
     *
     * @param asked {@code --chat_template}: the name of one of the model's templates, or a file, or a folder with a
     *     template
     * @param bos value of {@code bos_token} if the folder's files do not define it; null if there is none
     * @param eos value of {@code eos_token}, likewise
     * @param now the time that {@code strftime_now} gives; a resumed run must pass the time of its start
     * @throws InputError with file and line, if the template is missing or cannot be used
     */
    public static ChatTemplate open(
            Path modelFolder, Optional<String> asked, @Nullable String bos, @Nullable String eos, LocalDateTime now) {
        var own = TemplateFiles.read(modelFolder);
        var tokens = TokenTexts.variables(modelFolder, bos, eos);
        if (asked.isPresent()) return jinja(asked(asked.get(), own, modelFolder), tokens, now);
        if (own.isEmpty()) return new PlainTemplate(eos == null ? "" : eos, TokenTexts.before(modelFolder));
        return chosen(own, modelFolder, tokens, now);
    }

    private static ChatTemplate chosen(
            Map<String, Found> own, Path modelFolder, Map<String, Object> tokens, LocalDateTime now) {
        var main = own.get(TemplateFiles.DEFAULT);
        if (main == null) {
            throw new InputError(
                    "the model has several chat templates and no default: " + String.join(", ", own.keySet()),
                    modelFolder.toString(),
                    "choose one with --chat_template NAME");
        }
        var first = jinja(main, tokens, now);
        var forTools = own.get(FOR_TOOLS);
        if (own.size() == 1) return first;
        var others = new LinkedHashMap<String, String>();
        own.forEach((name, found) -> others.put(name, found.source()));
        others.remove(TemplateFiles.DEFAULT);
        return new NamedTemplates(first, forTools == null ? first : jinja(forTools, tokens, now), others);
    }

    private static ChatTemplate jinja(Found found, Map<String, Object> tokens, LocalDateTime now) {
        return new JinjaTemplate(found.source(), found.where(), found.description(), tokens, now);
    }

    private static Found asked(String asked, Map<String, Found> own, Path modelFolder) {
        var named = own.get(asked);
        if (named != null) return named;
        Path file = Path.of(asked);
        if (Files.isRegularFile(file)) return new Found(TemplateFiles.text(file), file.toString(), asked);
        if (Files.isDirectory(file)) {
            var there = TemplateFiles.read(file).get(TemplateFiles.DEFAULT);
            if (there != null) return new Found(there.source(), there.where(), "chat template of " + asked);
            throw new InputError(
                    "the folder has no chat template", asked, "use a file, or a folder with " + TemplateFiles.FILE);
        }
        String names = own.isEmpty() ? "the model has none" : "the model's are " + String.join(", ", own.keySet());
        throw new InputError(
                "--chat_template " + asked + " is neither a file nor a template of the model: " + names,
                modelFolder.toString(),
                own.isEmpty() ? "check the path" : "check the path, or use one of these names");
    }
}
