package org.halftune.hft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.halftune.files.StrictJson;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterCategory;
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
 *   "patterns": ["model.layers.[0-7].mlp.*"],              only of --train
 *   "trainable": ["model.embed_tokens.weight", …],         in the order of the model
 *   "parameters": { "trainable": 79224, "total": 134080,
 *     "by_category": { "attention": { "trainable": …, "total": …, "matrices_trainable": 6, "matrices": 12 }, … } },
 *   "importance": { … } }                                  only of the strategy importance, see ImportanceJson
 * }</pre>
 *
 * <p>The ratio is an object where categories have different ones: {@code {"attention": 0.5, "feed_forward": 0.3, "norm":
 * 0.5}}.
 *
 * <p>A file made by hand needs only {@code trainable}, with names or {@linkplain SelectionPattern patterns}. The origin is
 * read if all of its fields are there. {@code parameters} is for human readers and is ignored.
 */
final class SelectionJson {
    private static final List<String> FIELDS = List.of(
            "method", "strategy", "ratio", "seed", "round", "patterns", "trainable", "parameters", "importance");

    private static final String IMPORTANCE = "importance";

    /** The values of {@code strategy}. */
    private static final List<String> STRATEGIES =
            Stream.concat(Strategy.KEYS.stream(), Stream.of(IMPORTANCE)).toList();

    private final String file;

    /** For the content of this file; error messages name it. */
    SelectionJson(String file) {
        this.file = file;
    }

    static String text(Rounds rounds) {
        var selection = rounds.first();
        var root = StrictJson.object();
        root.put("method", selection.method());
        putOrigin(root, selection.origin());
        var trainable = root.putArray("trainable");
        selection.trainable().forEach(trainable::add);

        var all = selection.count();
        var parameters = root.putObject("parameters");
        parameters.put("trainable", all.trainable());
        parameters.put("total", all.total());
        var byCategory = parameters.putObject("by_category");
        selection.countByCategory().forEach((category, count) -> put(byCategory.putObject(category.key()), count));
        if (rounds.rotates()) putRounds(parameters, rounds);
        if (selection.origin() instanceof SelectionOrigin.LeastImportant least) {
            ImportanceJson.put(root.putObject(IMPORTANCE), least.scores());
        }
        return StrictJson.print(root);
    }

    /** Under {@code parameters}, which all versions skip: the file can be given to {@code --selection}, for its first round. */
    private static void putRounds(ObjectNode parameters, Rounds rounds) {
        var all = rounds.count(rounds.learned());
        parameters.put("trainable_in_any_round", all.trainable());
        parameters.put("steps_per_round", rounds.steps());
        var list = parameters.putArray("rounds");
        int first = rounds.first().origin() instanceof SelectionOrigin.Drawn drawn ? drawn.round() : 0;
        for (int i = 0; i < rounds.count(); i++) {
            var selection = rounds.selections().get(i);
            var round = list.addObject()
                    .put("round", first + i)
                    .put("first_step", 1 + (long) i * rounds.steps())
                    .put("trainable", selection.count().trainable());
            var names = round.putArray("names");
            selection.trainable().forEach(names::add);
        }
    }

    private static void putOrigin(ObjectNode root, SelectionOrigin origin) {
        for (var field : List.of("strategy", "ratio", "seed", "round")) root.putNull(field);
        switch (origin) {
            case SelectionOrigin.Drawn(Strategy strategy, long seed, int round) -> {
                putStrategy(root, strategy.key(), strategy.ratios());
                root.put("seed", seed);
                root.put("round", round);
            }
            case SelectionOrigin.Fixed(Strategy strategy) -> putStrategy(root, strategy.key(), strategy.ratios());
            case SelectionOrigin.LeastImportant(Ratios ratios, ImportanceScores scores) -> {
                putStrategy(root, IMPORTANCE, ratios);
                root.put("seed", scores.source().seed());
                root.put("round", scores.source().round());
            }
            case SelectionOrigin.Matched(var patterns) -> patterns.forEach(root.putArray("patterns")::add);
            case SelectionOrigin.Everything _, SelectionOrigin.Listed _ -> {}
        }
    }

    private static void putStrategy(ObjectNode root, String key, Ratios ratios) {
        root.put("strategy", key);
        if (ratios.uniform()) {
            root.put("ratio", ratios.attention());
            return;
        }
        var each = root.putObject("ratio");
        each.put(ParameterCategory.ATTENTION.key(), ratios.attention());
        each.put(ParameterCategory.FEED_FORWARD.key(), ratios.feedForward());
        each.put(ParameterCategory.NORM.key(), ratios.norm());
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
        var strategy = word(root, "strategy", STRATEGIES);
        var ratios = ratios(root);
        var seed = value(root, "seed", "an integer", SelectionJson::isLong);
        var round = value(root, "round", "an integer of at least 0", node -> node.isInt() && node.intValue() >= 0);
        var patterns = value(root, "patterns", "a list of texts", SelectionJson::isTexts);
        if ("fft".equals(method)) return new SelectionOrigin.Everything();
        if (patterns != null) {
            return new SelectionOrigin.Matched(
                    patterns.values().stream().map(JsonNode::stringValue).toList());
        }
        if (strategy == null || ratios == null) return new SelectionOrigin.Listed();
        if (strategy.equals("upper")) return new SelectionOrigin.Fixed(Strategy.of(strategy, ratios));
        if (seed == null || round == null) return new SelectionOrigin.Listed();
        if (!strategy.equals(IMPORTANCE)) {
            return new SelectionOrigin.Drawn(Strategy.of(strategy, ratios), seed.longValue(), round.intValue());
        }
        var scores =
                value(root, IMPORTANCE, "an object with file, digest, samples, score and scores", ImportanceJson::fits);
        return scores == null
                ? new SelectionOrigin.Listed()
                : new SelectionOrigin.LeastImportant(
                        ratios, ImportanceJson.read(scores, seed.longValue(), round.intValue()));
    }

    private @Nullable Ratios ratios(JsonNode root) {
        var node = value(root, "ratio", "a number above 0 and at most 1", it -> isShare(it) || it.isObject());
        if (node == null) return null;
        if (node.isNumber()) return Ratios.all(node.doubleValue());
        boolean known = Ratios.KEYS.containsAll(node.propertyNames());
        boolean numbers = node.values().stream().allMatch(JsonNode::isNumber);
        if (!known || !numbers) {
            throw new InputError(
                    brief(node) + " is not a ratio per category",
                    file + ", ratio",
                    "write a number for each of " + String.join(", ", Ratios.KEYS));
        }
        return new Ratios(
                ratio(node, ParameterCategory.ATTENTION),
                ratio(node, ParameterCategory.FEED_FORWARD),
                ratio(node, ParameterCategory.NORM));
    }

    private static double ratio(JsonNode node, ParameterCategory category) {
        return node.path(category.key()).asDouble(Ratios.DEFAULT);
    }

    private static boolean isTexts(JsonNode node) {
        return node.isArray() && node.values().stream().allMatch(JsonNode::isString);
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
        var first = new LinkedHashMap<String, Integer>();
        var patterns = new ArrayList<SelectionPattern>();
        for (int i = 0; i < array.size(); i++) {
            var node = array.get(i);
            var where = file + ", trainable[" + i + "]";
            if (!node.isString())
                throw new InputError(
                        brief(node) + " is not a parameter name",
                        where,
                        "use a name that 'halftune inspect MODEL' lists");
            var name = node.stringValue();
            var before = first.putIfAbsent(name, i);
            if (before != null) {
                throw new InputError(
                        name + " is listed twice", where, "remove it here or at trainable[" + before + "]");
            }
            patterns.add(SelectionPattern.of(name, where));
        }
        if (first.isEmpty()) {
            throw new InputError(
                    "trainable is empty, so all parameters would be frozen",
                    file + ", trainable",
                    "list at least one name");
        }
        return SelectionPattern.names(patterns, specs);
    }

    /** A value, shortened for an error message. */
    private static String brief(JsonNode node) {
        var text = node.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
