package org.halftune.chat;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.halftune.files.FileProblem;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;

/**
 * Reads the templates of a model folder, by name: {@code default}, {@code tool_use}, … As in transformers they are
 * {@code chat_template.jinja} and {@code additional_chat_templates/NAME.jinja}; without these, {@code chat_template} in
 * {@code tokenizer_config.json}, a string or a list of named templates; then {@code chat_template.json}, which older
 * models have.
 */
final class TemplateFiles {
    static final String DEFAULT = "default";
    static final String FILE = "chat_template.jinja";
    static final String FOLDER = "additional_chat_templates";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String LEGACY = "chat_template.json";
    static final String KEY = "chat_template";
    private static final long MAX_BYTES = 4_000_000;

    private TemplateFiles() {}

    /**
     * @param where the file, for error messages
     * @param description for display
     */
    record Found(String source, String where, String description) {}

    static Map<String, Found> read(Path folder) {
        var found = new LinkedHashMap<String, Found>();
        Path file = folder.resolve(FILE);
        if (Files.isRegularFile(file))
            found.put(DEFAULT, new Found(text(file), file.toString(), FILE + " of the model"));
        named(folder.resolve(FOLDER), found);
        if (found.isEmpty()) fromJson(folder.resolve(TOKENIZER_CONFIG), found);
        if (found.isEmpty()) fromJson(folder.resolve(LEGACY), found);
        return found;
    }

    private static void named(Path folder, Map<String, Found> found) {
        if (!Files.isDirectory(folder)) return;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".jinja")).sorted().toList()) {
                String name = file.getFileName().toString().replaceFirst("\\.jinja$", "");
                found.put(name, new Found(text(file), file.toString(), FOLDER + "/" + name + ".jinja of the model"));
            }
        } catch (IOException e) {
            throw FileProblem.reading(folder, e);
        }
    }

    private static void fromJson(Path file, Map<String, Found> found) {
        if (!Files.isRegularFile(file)) return;
        JsonNode node = StrictJson.read(file).path(KEY);
        String where = file + ", " + KEY;
        String description = KEY + " of the model's " + file.getFileName();
        if (node.isMissingNode() || node.isNull()) return;
        if (node.isString()) {
            found.put(DEFAULT, new Found(node.stringValue(), where, description));
            return;
        }
        if (!node.isArray()) throw malformed(file);
        for (JsonNode each : node) {
            if (!each.path("name").isString() || !each.path("template").isString()) throw malformed(file);
            String name = each.path("name").stringValue();
            found.put(
                    name,
                    new Found(
                            each.path("template").stringValue(),
                            where + " \"" + name + "\"",
                            description + ", " + name));
        }
    }

    private static InputError malformed(Path file) {
        return new InputError(
                KEY + " is neither a string nor a list of objects with name and template",
                file.toString(),
                "correct it, or use another template with --chat_template");
    }

    static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new InputError(
                        "the file is too large for a chat template",
                        file.toString(),
                        "check that this is the right file");
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new InputError(
                    "the chat template is not UTF-8 text", file.toString(), "check that this is the right file");
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }
}
