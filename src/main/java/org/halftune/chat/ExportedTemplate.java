package org.halftune.chat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.halftune.files.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files that store the chat template in an exported model: {@code chat_template.jinja}, {@code
 * additional_chat_templates/NAME.jinja} for the model's other templates, and {@code tokenizer_config.json} without its
 * template, so that every reader finds the same one.
 */
public final class ExportedTemplate {
    private ExportedTemplate() {}

    /**
     * @param modelFolder the folder of the original model
     * @return content by path within the exported folder
     */
    public static Map<String, String> files(ChatTemplate template, Path modelFolder) {
        var files = new LinkedHashMap<String, String>();
        files.put(TemplateFiles.FILE, template.source());
        template.others().forEach((name, source) -> files.put(TemplateFiles.FOLDER + "/" + name + ".jinja", source));
        Path config = modelFolder.resolve(TemplateFiles.TOKENIZER_CONFIG);
        if (Files.isRegularFile(config)) {
            ObjectNode json = StrictJson.read(config);
            if (json.remove(TemplateFiles.KEY) != null)
                files.put(TemplateFiles.TOKENIZER_CONFIG, StrictJson.print(json));
        }
        return files;
    }
}
