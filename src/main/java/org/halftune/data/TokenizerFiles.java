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
 * The tokenizer of a model folder, from the several files that may say something about it. A special token is looked for
 * as text in {@code tokenizer_config.json}, then {@code special_tokens_map.json}, then as an id in
 * {@code generation_config.json} and {@code config.json}: the order in which transformers comes by it.
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
            String what = Files.exists(folder) ? "this is a file, not a model folder" : "there is no such model folder";
            throw new InputError(what, folder.toString(), "give a folder with config.json, weights and tokenizer.json");
        }
        Path file = folder.resolve("tokenizer.json");
        if (!Files.exists(file)) {
            throw new InputError(
                    "the model folder has no tokenizer.json",
                    folder.toString(),
                    Files.exists(folder.resolve("tokenizer.model"))
                            ? "tokenizer.model alone is not read: AutoTokenizer.from_pretrained(…).save_pretrained(…) writes tokenizer.json"
                            : "copy tokenizer.json and tokenizer_config.json beside the weights");
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
            if (value.isObject()) value = value.path("content"); // an AddedToken, written out
            if (value.isMissingNode() || value.isNull()) continue;
            if (!value.isString()) throw wrong(kind + "_token is no text", file, "write the token's text, \"</s>\"");
            String text = value.stringValue();
            OptionalInt id = vocabulary.id(text);
            if (id.isPresent()) return new SpecialToken(text, id.getAsInt());
            if (!kind.equals("eos")) continue; // only EOS is written by us; others may be names that were never added
            throw wrong(
                    kind + "_token \"" + text + "\" is not in the vocabulary of tokenizer.json",
                    file,
                    "the two files belong to different models, or the name is mistyped");
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

    /** A number, a list of numbers, or nothing: {@code eos_token_id} comes as all three. */
    private List<Integer> ids(Path file, String name) {
        JsonNode value = readIfThere(file).path(name);
        if (value.isMissingNode() || value.isNull()) return List.of();
        if (value.isInt()) return List.of(value.intValue());
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isInt)) {
            return value.valueStream().map(JsonNode::intValue).toList();
        }
        throw wrong(name + " is neither a token id nor a list of them", file, "write a number, or a list of numbers");
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
