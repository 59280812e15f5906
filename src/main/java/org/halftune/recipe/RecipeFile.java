package org.halftune.recipe;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads a {@code --config} file: YAML, or JSON, which is a subset of YAML. Supports anchors, aliases and merge keys ({@code <<}).
 * Scalars are read as by PyYAML, which transformers uses: {@code 1_000} is 1000, {@code ~} is null.
 */
public final class RecipeFile {
    private static final int DEEPEST = 20;
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final String FLAT = "write one \"key: value\" per line; the keys are the names of flags";

    private final Path file;
    /** {@code the recipe}, for messages. */
    private final String noun;

    private RecipeFile(Path file, String noun) {
        this.file = file;
        this.noun = noun;
    }

    /**
     * The keys, in the order of the file.
     *
     * @throws InputError with file and line if the file cannot be read, is not YAML, or is not a map
     */
    public static List<RecipeEntry> read(Path file) {
        return parse(file, text(file), "the recipe");
    }

    /**
     * The keys of another YAML file.
     *
     * @param noun what the file is, for messages: {@code the task file}
     * @throws InputError as {@link #read} does
     */
    public static List<RecipeEntry> parse(Path file, String text, String noun) {
        var reader = new RecipeFile(file, noun);
        try {
            var settings = LoadSettings.builder().setAllowNonScalarKeys(true).build();
            Iterator<Node> documents =
                    new Compose(settings).composeAllFromString(text).iterator();
            if (!documents.hasNext()) return List.of();
            var entries = reader.document(documents.next());
            if (documents.hasNext()) {
                var second = reader.origin(documents.next());
                throw new InputError(noun + " contains more than one YAML document", second.toString(), FLAT);
            }
            return entries;
        } catch (MarkedYamlEngineException e) {
            var line = e.getProblemMark().or(e::getContextMark).map(Mark::getLine);
            throw reader.notYaml(
                    e.getProblem(), file + line.map(l -> ", line " + (l + 1)).orElse(""));
        } catch (YamlEngineException e) {
            throw reader.notYaml(String.valueOf(e.getMessage()), file.toString());
        } catch (StackOverflowError e) {
            throw reader.notYaml("it is nested too deeply", file.toString());
        }
    }

    private InputError notYaml(String reason, String where) {
        return new InputError(
                noun + " is not valid YAML: " + reason.lines().findFirst().orElse("unreadable"),
                where,
                "write one \"key: value\" per line");
    }

    private static String text(Path file) {
        try {
            String text = Files.readString(file);
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw new InputError("the recipe " + file + " does not exist", "", "check the path after --config");
        } catch (MalformedInputException e) {
            throw new InputError("the recipe is not UTF-8 text", file.toString(), "save it as UTF-8");
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }

    private List<RecipeEntry> document(Node root) {
        if (root instanceof ScalarNode scalar && isNull(scalar)) return List.of();
        if (root instanceof MappingNode map) return entries(map, 1);
        throw new InputError(
                noun + " is not a map of keys and values", origin(root).toString(), FLAT);
    }

    private List<RecipeEntry> entries(MappingNode map, int depth) {
        checkDepth(map, depth);
        Map<String, RecipeEntry> own = new LinkedHashMap<>();
        Map<String, RecipeEntry> merged = new LinkedHashMap<>();
        for (var pair : map.getValue()) {
            var origin = origin(pair.getKeyNode());
            if (!(pair.getKeyNode() instanceof ScalarNode key)) {
                throw new InputError("a key of " + noun + " is not a plain word", origin.toString(), FLAT);
            }
            if (key.isPlain() && key.getValue().equals("<<")) {
                merge(pair.getValueNode(), merged, depth);
                continue;
            }
            var entry = new RecipeEntry(key.getValue(), value(pair.getValueNode(), depth + 1), origin);
            var earlier = own.putIfAbsent(entry.canonical(), entry);
            if (earlier != null) {
                throw new InputError(
                        entry.key() + " occurs twice",
                        origin.toString(),
                        "remove one; the other is at " + earlier.origin());
            }
        }
        merged.forEach(own::putIfAbsent);
        return List.copyOf(own.values());
    }

    /** Merges the keys of a map, or of a list of maps; the first occurrence of a key wins. */
    private void merge(Node node, Map<String, RecipeEntry> into, int depth) {
        switch (node) {
            case MappingNode map ->
                entries(map, depth + 1).forEach(entry -> into.putIfAbsent(entry.canonical(), entry));
            case SequenceNode list -> {
                checkDepth(list, depth);
                list.getValue().forEach(map -> merge(map, into, depth + 1));
            }
            default ->
                throw new InputError(
                        "<< can only merge a map",
                        origin(node).toString(),
                        "write <<: *name, where name is the anchor of a map");
        }
    }

    private Value value(Node node, int depth) {
        checkDepth(node, depth);
        return switch (node) {
            case MappingNode map -> new Value.Keys(entries(map, depth + 1));
            case SequenceNode list ->
                new Value.Items(list.getValue().stream()
                        .map(item -> value(item, depth + 1))
                        .toList());
            case ScalarNode scalar when isNull(scalar) -> new Value.Nothing();
            case ScalarNode scalar -> new Value.Scalar(word(scalar), scalar.isPlain());
            default ->
                throw new InputError(
                        noun + " contains a node that is not a value",
                        origin(node).toString(),
                        FLAT);
        };
    }

    private static boolean isNull(ScalarNode scalar) {
        return scalar.isPlain() && NULLS.contains(scalar.getValue());
    }

    /** YAML 1.1 allows underscores between digits. */
    private static String word(ScalarNode scalar) {
        String text = scalar.getValue();
        boolean number = scalar.isPlain() && text.matches("[-+]?\\d[\\d_]*(\\.[\\d_]*)?");
        return number ? text.replace("_", "") : text;
    }

    /** Limits the depth: with aliases a value can contain itself. */
    private void checkDepth(Node node, int depth) {
        if (depth > DEEPEST) {
            throw new InputError(noun + " is nested too deeply", origin(node).toString(), FLAT);
        }
    }

    private KeyLocation origin(Node node) {
        return new KeyLocation(file, node.getStartMark().map(Mark::getLine).orElse(0) + 1);
    }
}
