package org.halftune.eval.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.RecipeEntry;
import org.halftune.recipe.Value;

/** The keys of a task file or of a map in it, read by type. Errors name file and line. */
final class TaskKeys {
    private final String file;
    private final String prefix;
    private final Map<String, RecipeEntry> entries = new LinkedHashMap<>();

    /**
     * @param known the keys that are used
     * @param ignored keys that may stand there without effect
     * @param refused keys that cannot be honoured, with what to do instead
     * @throws InputError if there is another key
     */
    TaskKeys(
            String file,
            String prefix,
            List<RecipeEntry> list,
            List<String> known,
            Set<String> ignored,
            Map<String, String> refused) {
        this.file = file;
        this.prefix = prefix;
        for (var entry : list) {
            String key = entry.key().replace('-', '_');
            String where = entry.origin().toString();
            if (refused.containsKey(key))
                throw new InputError(prefix + key + " cannot be used", where, refused.get(key));
            if (!known.contains(key) && !ignored.contains(key))
                throw new InputError(
                        "unknown key " + prefix + key,
                        where,
                        Spelling.didYouMean(key, known, "the keys are " + String.join(", ", known)));
            entries.put(key, entry);
        }
    }

    /** File and line of a key; the file if it is missing. */
    String where(String key) {
        var entry = entries.get(key);
        return entry == null ? file : entry.origin().toString();
    }

    Optional<Value> value(String key) {
        return Optional.ofNullable(entries.get(key))
                .map(RecipeEntry::value)
                .filter(value -> !(value instanceof Value.Nothing));
    }

    Optional<String> text(String key) {
        return value(key).map(value -> {
            if (value instanceof Value.Scalar scalar) return scalar.text();
            throw wrong(key, "is not a text", "write one text");
        });
    }

    String required(String key) {
        return text(key).orElseThrow(() -> missing(key));
    }

    InputError missing(String key) {
        return new InputError(prefix + key + " is missing", file, "add " + key);
    }

    Optional<Integer> integer(String key, int least) {
        return text(key).map(text -> {
            if (text.matches("\\d{1,9}") && Integer.parseInt(text) >= least) return Integer.parseInt(text);
            throw wrong(key, "is " + text, "write a whole number of at least " + least);
        });
    }

    boolean truth(String key, boolean otherwise) {
        return value(key)
                .map(value -> value.truth().orElseThrow(() -> wrong(key, "is " + value.shown(), "write true or false")))
                .orElse(otherwise);
    }

    /** A list of texts, or one text. */
    Optional<List<String>> texts(String key) {
        return value(key).map(value -> switch (value) {
            case Value.Scalar scalar -> List.of(scalar.text());
            case Value.Items items -> {
                var texts = new ArrayList<String>();
                for (var item : items.values()) {
                    if (!(item instanceof Value.Scalar scalar))
                        throw wrong(key, "has an item that is not a text", "write texts");
                    texts.add(scalar.text());
                }
                yield List.copyOf(texts);
            }
            case Value.Keys _, Value.Nothing _ -> throw wrong(key, "is not a list of texts", "write a list");
        });
    }

    InputError wrong(String key, String problem, String fix) {
        return new InputError(prefix + key + " " + problem, where(key), fix);
    }
}
