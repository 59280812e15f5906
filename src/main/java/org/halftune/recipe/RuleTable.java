package org.halftune.recipe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The rules for the keys of one tool, read from a resource. Each line is a {@link Rule}:
 *
 * <pre>
 * key | when | action | reason
 * cutoff_len | * | use max_length |
 * </pre>
 *
 * <p>The first matching line of a key applies. Actions: {@code use [FLAG]}, {@code set FLAG=VALUE}, {@code default
 * FLAG=VALUE}, {@code inside}, {@code ignore}, {@code refuse}.
 */
public final class RuleTable {
    private final Map<String, List<Rule>> rules;

    private RuleTable(Map<String, List<Rule>> rules) {
        this.rules = rules;
    }

    /** Keys of TRL's SFTConfig, ModelConfig, ScriptArguments, and of transformers' TrainingArguments. */
    public static RuleTable trl() {
        return read("trl.txt");
    }

    /** Keys that LLaMA-Factory adds to those of transformers, or interprets differently. */
    public static RuleTable llamaFactory() {
        return read("llamafactory.txt");
    }

    /** Keys of both tools that differ in preference training. */
    public static RuleTable preference() {
        return read("dpo.txt");
    }

    public Set<String> keys() {
        return rules.keySet();
    }

    /** The rules of a key in order; empty if the key is unknown. */
    public List<Rule> of(String key) {
        return rules.getOrDefault(key, List.of());
    }

    private static RuleTable read(String resource) {
        Map<String, List<Rule>> rules = new LinkedHashMap<>();
        try (var stream = Objects.requireNonNull(RuleTable.class.getResourceAsStream(resource), resource)) {
            var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(RuleTable::rule)
                    .forEach(rule -> rules.computeIfAbsent(rule.key(), _ -> new ArrayList<>())
                            .add(rule));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RuleTable(rules);
    }

    private static Rule rule(String line) {
        var cells = Arrays.stream(line.split("\\|", 4)).map(String::strip).toList();
        if (cells.size() != 4) throw new IllegalArgumentException("not a rule: " + line);
        var when = Arrays.stream(cells.get(1).split(",")).map(String::strip).toList();
        return new Rule(cells.get(0), when, action(cells.get(0), cells.get(2)), cells.get(3));
    }

    private static Rule.Action action(String key, String text) {
        var words = text.split(" ", 2);
        var object = words.length == 2 ? words[1].split("=", 2) : new String[0];
        return switch (words[0]) {
            case "use" -> new Rule.Action.Use(object.length == 1 ? object[0] : key);
            case "set" -> new Rule.Action.Set(object[0], object[1]);
            case "default" -> new Rule.Action.Default(object[0], object[1]);
            case "inside" -> new Rule.Action.Inside();
            case "ignore" -> new Rule.Action.Ignore();
            case "refuse" -> new Rule.Action.Refuse();
            default -> throw new IllegalArgumentException("not an action: " + text);
        };
    }
}
