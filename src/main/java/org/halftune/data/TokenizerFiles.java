package org.halftune.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.halftune.data.SpecialTokens.SpecialToken;
import org.halftune.files.FileProblem;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Opens the tokenizer of a model folder. Special tokens are looked up in the same order as in transformers: as text in
 * {@code tokenizer_config.json}, then {@code special_tokens_map.json}, then as an id in {@code generation_config.json}
 * and {@code config.json}.
 */
final class TokenizerFiles {

    private final Vocabulary vocabulary;
    private final List<Path> textFiles;
    private final List<Path> idFiles;

    private TokenizerFiles(Path folder, Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.textFiles = List.of(folder.resolve("tokenizer_config.json"), folder.resolve("special_tokens_map.json"));
        this.idFiles = List.of(folder.resolve("generation_config.json"), folder.resolve("config.json"));
    }

    static Tokenizer open(Path folder) {
        if (!Files.isDirectory(folder)) {
            String what =
                    Files.exists(folder) ? "this is a file, not a model folder" : "the model folder does not exist";
            throw new InputError(what, folder.toString(), "use a folder with config.json, weights and tokenizer.json");
        }
        Path file = folder.resolve("tokenizer.json");
        if (!Files.exists(file)) {
            throw new InputError(
                    "the model folder has no tokenizer.json",
                    folder.toString(),
                    Files.exists(folder.resolve("tokenizer.model"))
                            ? "convert tokenizer.model with AutoTokenizer.from_pretrained(…).save_pretrained(…)"
                            : "copy tokenizer.json and tokenizer_config.json into the folder");
        }
        String json = text(file);
        Vocabulary vocabulary = Vocabulary.read(json, file);
        SpecialTokens special = new TokenizerFiles(folder, vocabulary).special();
        return new NativeTokenizer(json, file, vocabulary, special);
    }

    private SpecialTokens special() {
        SpecialToken eos = token("eos");
        var stopIds = new TreeSet<Integer>(stopIds());
        if (eos != null) stopIds.add(eos.id());
        return new SpecialTokens(token("bos"), eos, token("pad"), Collections.unmodifiableSortedSet(stopIds));
    }

    private @Nullable SpecialToken token(String kind) {
        for (Path file : textFiles) {
            JsonNode value = readIfThere(file).path(kind + "_token");
            if (value.isObject()) value = value.path("content"); // a serialized AddedToken
            if (value.isMissingNode() || value.isNull()) continue;
            if (!value.isString())
                throw wrong(kind + "_token is not a string", file, "write the token's text, such as \"</s>\"");
            String text = value.stringValue();
            OptionalInt id = vocabulary.id(text);
            if (id.isPresent()) return new SpecialToken(text, id.getAsInt());
            if (!kind.equals("eos"))
                continue; // only EOS is needed for training; configs often name other tokens that do not exist
            throw wrong(
                    kind + "_token \"" + text + "\" is not in the vocabulary of tokenizer.json",
                    file,
                    "correct the name, or copy both files from the same model");
        }
        for (Path file : idFiles) {
            for (int id : ids(file, kind + "_token_id")) {
                if (id >= 0 && id < vocabulary.size()) return new SpecialToken(vocabulary.text(id), id);
            }
        }
        return null;
    }

    private List<Integer> stopIds() {
        for (Path file : idFiles) {
            List<Integer> ids = ids(file, "eos_token_id");
            if (!ids.isEmpty()) return ids;
        }
        return List.of();
    }

    /** {@code eos_token_id} may be a number, a list of numbers, null, or missing. */
    private List<Integer> ids(Path file, String name) {
        JsonNode value = readIfThere(file).path(name);
        if (value.isMissingNode() || value.isNull()) return List.of();
        if (value.isInt()) return List.of(value.intValue());
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isInt)) {
            return value.valueStream().map(JsonNode::intValue).toList();
        }
        throw wrong(
                name + " is neither a token id nor a list of token ids", file, "write a number, or a list of numbers");
    }

    private static ObjectNode readIfThere(Path file) {
        return Files.exists(file) ? StrictJson.read(file) : StrictJson.object();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }

    private InputError wrong(String what, Path file, String fix) {
        return new InputError(what, file.toString(), fix);
    }
}
