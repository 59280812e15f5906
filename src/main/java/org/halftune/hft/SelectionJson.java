package org.halftune.hft;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.halftune.files.StrictJson;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A selection as JSON text.
 *
 * <pre>{@code
 * { "method": "hft",                                       hft | fft
 *   "strategy": "category", "ratio": 0.5, "seed": 42, "round": 0,     null where nothing was drawn
 *   "trainable": ["model.embed_tokens.weight", …],         in the order of the model
 *   "parameters": { "trainable": 79224, "total": 134080,
 *     "by_category": { "attention": { "trainable": …, "total": …, "matrices_trainable": 6, "matrices": 12 }, … } } }
 * }</pre>
 *
 * <p>A file made by hand needs only {@code trainable}. The origin is read if all four of its fields are there. {@code
 * parameters} is for human readers and is ignored.
 */
final class SelectionJson {
    private static final List<String> FIELDS =
            List.of("method", "strategy", "ratio", "seed", "round", "trainable", "parameters");

    private final String file;

    /** For the content of this file; error messages name it. */
    SelectionJson(String file) {
        this.file = file;
    }

    static String text(Selection selection) {
        var root = StrictJson.object();
        root.put("method", selection.method());
        if (selection.origin() instanceof SelectionOrigin.Drawn(Strategy strategy, long seed, int round)) {
            root.put("strategy", strategy.key());
            root.put("ratio", strategy.ratio());
            root.put("seed", seed);
            root.put("round", round);
        } else {
            for (var field : List.of("strategy", "ratio", "seed", "round")) root.putNull(field);
        }
        var trainable = root.putArray("trainable");
        selection.trainable().forEach(trainable::add);

        var all = selection.count();
        var parameters = root.putObject("parameters");
        parameters.put("trainable", all.trainable());
        parameters.put("total", all.total());
        var byCategory = parameters.putObject("by_category");
        selection.countByCategory().forEach((category, count) -> put(byCategory.putObject(category.key()), count));
        return StrictJson.print(root);
    }

    private static void put(ObjectNode node, ParameterCount count) {
        node.put("trainable", count.trainable());
        node.put("total", count.total());
        node.put("matrices_trainable", count.matricesTrainable());
        node.put("matrices", count.matrices());
    }

    Selection parse(byte[] json, LlamaConfig config) {
        var root = StrictJson.parse(json, file);
        for (var field : root.propertyNames()) {
            if (FIELDS.contains(field)) continue;
            throw new InputError(
                    "unknown field '" + field + "'",
                    file,
                    Spelling.didYouMean(field, FIELDS, "the fields are " + String.join(", ", FIELDS)));
        }
        var specs = ParameterSpec.all(config);
        var trainable = trainable(root, specs);
        var origin = origin(root);
        if (origin instanceof SelectionOrigin.Everything && trainable.size() < specs.size()) {
            throw new InputError(
                    "method is fft, but only " + trainable.size() + " of " + specs.size() + " parameters are trainable",
                    file,
                    "write \"method\": \"hft\", or list all parameters");
        }
        return new Selection(origin, trainable, specs);
    }

    private SelectionOrigin origin(JsonNode root) {
        var method = word(root, "method", List.of("hft", "fft"));
        var strategy = word(root, "strategy", Strategy.KEYS);
        var ratio = value(root, "ratio", "a number above 0 and at most 1", SelectionJson::isShare);
        var seed = value(root, "seed", "an integer", SelectionJson::isLong);
        var round = value(root, "round", "an integer of at least 0", node -> node.isInt() && node.intValue() >= 0);
        if ("fft".equals(method)) return new SelectionOrigin.Everything();
        if (strategy == null || ratio == null || seed == null || round == null) return new SelectionOrigin.Listed();
        return new SelectionOrigin.Drawn(
                Strategy.of(strategy, ratio.doubleValue()), seed.longValue(), round.intValue());
    }

    private static boolean isShare(JsonNode node) {
        return node.isNumber() && node.doubleValue() > 0 && node.doubleValue() <= 1;
    }

    private static boolean isLong(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong();
    }

    private @Nullable String word(JsonNode root, String field, List<String> words) {
        var expected = "one of " + String.join(", ", words);
        var node = value(root, field, expected, it -> it.isString() && words.contains(it.stringValue()));
        return node == null ? null : node.stringValue();
    }

    /** The value of a field; null if it is missing or null. */
    private @Nullable JsonNode value(JsonNode root, String field, String expected, Predicate<JsonNode> fits) {
        var node = root.get(field);
        if (node == null || node.isNull()) return null;
        if (fits.test(node)) return node;
        throw new InputError(
                brief(node) + " is not " + expected,
                file + ", " + field,
                "correct it; 'halftune select' writes valid files");
    }

    private Set<String> trainable(JsonNode root, List<ParameterSpec> specs) {
        var array = root.get("trainable");
        if (array == null || !array.isArray()) {
            throw new InputError(
                    array == null
                            ? "the list of trainable parameters is missing"
                            : brief(array) + " is not a list of names",
                    file + ", trainable",
                    "write \"trainable\": [\"name\", …]");
        }
        var known = specs.stream().map(ParameterSpec::name).collect(Collectors.toCollection(LinkedHashSet::new));
        var first = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < array.size(); i++) {
            var node = array.get(i);
            var where = file + ", trainable[" + i + "]";
            if (!node.isString())
                throw new InputError(
                        brief(node) + " is not a parameter name",
                        where,
                        "use a name that 'halftune inspect MODEL' lists");
            var name = node.stringValue();
            if (!known.contains(name)) throw unknown(name, where, known);
            var before = first.putIfAbsent(name, i);
            if (before != null) {
                throw new InputError(
                        name + " is listed twice", where, "remove it here or at trainable[" + before + "]");
            }
        }
        if (first.isEmpty()) {
            throw new InputError(
                    "trainable is empty, so all parameters would be frozen",
                    file + ", trainable",
                    "list at least one name");
        }
        return first.keySet();
    }

    private static InputError unknown(String name, String where, Set<String> known) {
        var head = ParameterRole.HEAD.parameterName(-1);
        var embeddings = ParameterRole.EMBEDDING.parameterName(-1);
        if (name.equals(head)) {
            return new InputError(
                    head + " is not a separate parameter: this model's head is tied to its embedding matrix",
                    where,
                    "list " + embeddings + " to train both, or remove " + head);
        }
        return new InputError(
                "the model has no parameter '" + name + "'",
                where,
                Spelling.didYouMean(name, known, "use a name that 'halftune inspect MODEL' lists"));
    }

    /** A value, shortened for an error message. */
    private static String brief(JsonNode node) {
        var text = node.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
