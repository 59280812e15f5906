package org.halftune.recipe;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.halftune.recipe.Treatment.Effect;
import org.halftune.recipe.Treatment.Effect.Used.Form;

/**
 * Decides for each entry of a recipe how it is handled. A recipe with a key that only LLaMA-Factory has is read with
 * LLaMA-Factory's table first, then TRL's; any other recipe with TRL's alone. A key in neither table is a Halftune flag or unknown.
 *
 * <p>The key {@code lr_scheduler_kwargs.min_lr} is {@code min_lr} inside {@code lr_scheduler_kwargs}.
 */
public final class Translation {
    private static final RuleTable TRL = RuleTable.trl();
    private static final RuleTable LLAMA_FACTORY = RuleTable.llamaFactory();
    private static final RuleTable PREFERENCE = RuleTable.preference();

    /** Keys that only a recipe for preference training has. */
    private static final Set<String> PREFERENCES = Set.of("beta", "pref_beta", "pref_loss", "precompute_ref_log_probs");

    private final List<RuleTable> tables;
    private final Predicate<String> isFlag;
    private final List<Treatment> treatments = new ArrayList<>();

    private Translation(List<RuleTable> tables, Predicate<String> isFlag) {
        this.tables = tables;
        this.isFlag = isFlag;
    }

    /**
     * How every key is handled, in the recipe's order; then the rules for keys that the recipe does not have.
     *
     * @param preference whether it is read as a recipe for preference training
     * @param isFlag whether Halftune has a flag of that name
     * @param typed whether a flag is on the command line
     */
    public static List<Treatment> of(
            List<RecipeEntry> entries, boolean preference, Predicate<String> isFlag, Predicate<String> typed) {
        if (entries.isEmpty()) return List.of();
        boolean factory = holdsForeign(
                LLAMA_FACTORY, entries, key -> isFlag.test(key) || TRL.keys().contains(key));
        var tables = new ArrayList<RuleTable>();
        if (preference) tables.add(PREFERENCE);
        if (factory) tables.add(LLAMA_FACTORY);
        tables.add(TRL);
        var translation = new Translation(List.copyOf(tables), isFlag);
        entries.forEach(entry -> translation.treat(entry, entry.canonical()));
        if (factory) translation.addAbsent(LLAMA_FACTORY, entries, typed);
        else if (holdsForeign(TRL, entries, isFlag)) translation.addAbsent(TRL, entries, typed);
        return translation.settled();
    }

    /** Whether the recipe is for preference training: by its stage, or by a key that no other recipe has. */
    public static boolean isOfPreferences(List<RecipeEntry> entries) {
        return entries.stream()
                .anyMatch(entry -> PREFERENCES.contains(entry.canonical())
                        || (entry.canonical().equals("stage")
                                && entry.value().shown().equals("dpo")));
    }

    /** Advice for a tool's key that was given as a command-line flag; empty if no tool has it. */
    public static Optional<String> advice(String key) {
        return Stream.of(TRL, LLAMA_FACTORY)
                .flatMap(table -> table.of(key).reversed().stream())
                .filter(rule -> !rule.words().isEmpty())
                .findFirst()
                .map(rule -> switch (rule.action()) {
                    case Rule.Action.Use(String flag) -> "use --" + flag;
                    case Rule.Action.Set(String flag, String value) -> "use --" + flag + " " + value;
                    case Rule.Action.Default(String flag, String value) -> "use --" + flag + " " + value;
                    case Rule.Action.Ignore _ -> "leave it out: " + rule.reason();
                    case Rule.Action.Refuse _ -> rule.reason();
                    case Rule.Action.Inside _ -> "give each of its keys as a separate flag";
                });
    }

    /** Whether the recipe was written for that tool: it has a key that only the tool's table has. */
    private static boolean holdsForeign(RuleTable table, List<RecipeEntry> entries, Predicate<String> known) {
        return entries.stream()
                .map(RecipeEntry::canonical)
                .anyMatch(key -> table.keys().contains(key) && !known.test(key));
    }

    /** @param path the key, prefixed with the keys around it */
    private void treat(RecipeEntry entry, String path) {
        var rule = tables.stream()
                .flatMap(table -> table.of(path).stream())
                .filter(candidate -> candidate.matches(entry.value()))
                .findFirst();
        if (rule.isPresent() && rule.get().action() instanceof Rule.Action.Inside) {
            inside(entry, path);
            return;
        }
        treatments.add(new Treatment(
                path.contains(".") ? path : entry.key(),
                entry.value().shown(),
                entry.origin(),
                rule.map(found -> outcome(found, entry)).orElseGet(() -> withoutRule(entry, path))));
    }

    private void inside(RecipeEntry entry, String path) {
        if (entry.value() instanceof Value.Keys keys) {
            keys.entries().forEach(inner -> treat(inner, path + "." + inner.canonical()));
        }
    }

    private Effect withoutRule(RecipeEntry entry, String path) {
        boolean known = tables.stream().anyMatch(table -> !table.of(path).isEmpty());
        if (entry.value() instanceof Value.Nothing && (known || isFlag.test(path))) {
            return new Effect.Ignored("null means not set");
        }
        if (isFlag.test(path)) return used(path, entry, "");
        if (!known) return new Effect.Unknown();
        return new Effect.Misshaped(entry.key() + " " + entry.value().shown() + " is not possible", wanted(path));
    }

    private String wanted(String path) {
        var words = new LinkedHashSet<String>();
        for (var table : tables) {
            for (var rule : table.of(path)) {
                if (!(rule.action() instanceof Rule.Action.Refuse)) words.addAll(rule.words());
            }
        }
        return "choose from " + String.join(", ", words);
    }

    private Effect outcome(Rule rule, RecipeEntry entry) {
        return switch (rule.action()) {
            case Rule.Action.Use(String flag) -> {
                boolean same = flag.equals(entry.canonical()) && rule.reason().isEmpty();
                yield used(flag, entry, same ? "" : note("becomes " + flag, rule.reason()));
            }
            case Rule.Action.Set(String flag, String value) -> fixed(entry, flag, value, rule.reason(), false);
            case Rule.Action.Default(String flag, String value) -> fixed(entry, flag, value, rule.reason(), true);
            case Rule.Action.Ignore _ -> new Effect.Ignored(rule.reason());
            case Rule.Action.Refuse _ -> new Effect.Refused(rule.reason());
            case Rule.Action.Inside _ -> throw new IllegalStateException(rule.key());
        };
    }

    private static Effect fixed(RecipeEntry entry, String flag, String value, String reason, boolean yields) {
        boolean same = flag.equals(entry.canonical()) && entry.value().shown().equalsIgnoreCase(value);
        String note = same ? "" : note("becomes " + flag + ": " + value, reason);
        return new Effect.Used(flag, List.of(value), Form.ONE, note, yields);
    }

    private static String note(String what, String reason) {
        return what + (reason.isEmpty() ? "" : "; " + reason);
    }

    private static Effect used(String flag, RecipeEntry entry, String note) {
        String key = entry.key();
        return switch (entry.value()) {
            case Value.Nothing _ -> new Effect.Ignored("null means not set");
            case Value.Scalar scalar -> new Effect.Used(flag, List.of(scalar.text()), Form.ONE, note, false);
            case Value.Keys keys -> {
                if (keys.entries().isEmpty()
                        || keys.entries().stream()
                                .anyMatch(inner -> text(inner.value()).isEmpty())) {
                    yield new Effect.Misshaped(key + " is a map", "give one value, or a list of values");
                }
                var text = keys.entries().stream()
                        .map(inner -> inner.key() + "=" + text(inner.value()).orElseThrow())
                        .collect(Collectors.joining(","));
                yield new Effect.Used(flag, List.of(text), Form.MAP, note, false);
            }
            case Value.Items items -> {
                if (items.values().isEmpty()) {
                    yield new Effect.Misshaped(key + " is an empty list", "give a value, or remove the key");
                }
                var texts = items.values().stream().map(Translation::text).toList();
                if (texts.stream().anyMatch(Optional::isEmpty)) {
                    yield new Effect.Misshaped(
                            key + " is a list whose items are not plain values", "give a list of plain values");
                }
                yield new Effect.Used(
                        flag,
                        texts.stream().map(Optional::orElseThrow).toList(),
                        texts.size() > 1 ? Form.LIST : Form.ONE,
                        note,
                        false);
            }
        };
    }

    private static Optional<String> text(Value value) {
        return value instanceof Value.Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();
    }

    private void addAbsent(RuleTable table, List<RecipeEntry> entries, Predicate<String> typed) {
        Set<String> given = new LinkedHashSet<>();
        entries.stream()
                .filter(entry -> !(entry.value() instanceof Value.Nothing))
                .forEach(entry -> given.add(entry.canonical()));
        var end = entries.getLast().origin();
        table.keys().stream()
                .flatMap(key -> table.of(key).stream())
                .filter(rule -> rule.isForAbsence(key -> given.contains(key) || typed.test(key)))
                .forEach(rule -> treatments.add(new Treatment(
                        rule.key(),
                        Treatment.NOT_GIVEN,
                        end,
                        outcome(rule, new RecipeEntry(rule.key(), new Value.Nothing(), end)))));
    }

    /** Drops defaults that the recipe overrides. */
    private List<Treatment> settled() {
        Set<String> firm = new LinkedHashSet<>();
        for (var treatment : treatments) {
            if (treatment.outcome() instanceof Effect.Used used && !used.yields()) firm.add(used.flag());
        }
        List<Treatment> settled = new ArrayList<>();
        for (var treatment : treatments) {
            boolean yields =
                    treatment.outcome() instanceof Effect.Used used && used.yields() && firm.contains(used.flag());
            if (!yields) settled.add(treatment);
            else if (!treatment.isOfAbsence()) settled.add(treatment.ignored("overridden by another key"));
        }
        return List.copyOf(settled);
    }
}
