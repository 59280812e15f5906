package org.halftune.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.files.FileProblem;
import org.halftune.files.JsonProblem;
import org.halftune.problem.InputError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The small JSON files of a model folder, and what may be wrong with them. */
final class JsonFile {

    private JsonFile() {}

    /** The file's content as an object; an empty object if there is no such file. */
    static JsonNode readIfThere(Path file) {
        if (!Files.exists(file)) return JsonMapper.shared().createObjectNode();
        JsonNode content;
        try {
            content = JsonMapper.shared().readTree(text(file));
        } catch (JacksonException e) {
            throw broken(file, e);
        }
        if (!content.isObject())
            throw new InputError("the file holds no JSON object", file.toString(), "copy it again");
        return content;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new InputError("the file is not UTF-8", file.toString(), "copy it again");
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }

    static InputError broken(Path file, JacksonException e) {
        var at = e.getLocation();
        String where = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new InputError(
                "invalid JSON: " + JsonProblem.reason(e), file + where, "the file was cut or edited: copy it again");
    }
}
