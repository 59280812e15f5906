package org.halftune.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuleTableTest {
    private static final Path PAGE = Path.of("docs/recipes.md");

    static Stream<RuleTable> tables() {
        return Stream.of(RuleTable.trl(), RuleTable.llamaFactory(), RuleTable.preference());
    }

    private static Stream<Rule> rules(RuleTable table) {
        return table.keys().stream().flatMap(key -> table.of(key).stream());
    }

    @Test
    void everyFieldOfTransformersAndTrlHasARule() throws IOException {
        assertThat(RuleTable.trl().keys()).containsAll(fields());
    }

    private static List<String> fields() throws IOException {
        try (var stream = Objects.requireNonNull(RuleTableTest.class.getResourceAsStream("/recipe/trl_fields.txt"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void ignoredAndRefusedRulesHaveAReason(RuleTable table) {
        assertThat(rules(table)
                        .filter(rule -> rule.action() instanceof Rule.Action.Ignore
                                || rule.action() instanceof Rule.Action.Refuse))
                .allSatisfy(rule -> assertThat(rule.reason()).as(rule.key()).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void noRuleFollowsOneForAnyValue(RuleTable table) {
        assertThat(table.keys()).allSatisfy(key -> {
            var words = table.of(key).stream()
                    .flatMap(rule -> rule.words().stream())
                    .toList();
            if (words.contains("*")) assertThat(words.indexOf("*")).as(key).isEqualTo(words.size() - 1);
        });
    }

    /** After a change of a reason: {@code mvn test -Dtest=RuleTableTest -Dhalftune.rewrite=true}. A new key needs its row first. */
    @Test
    void pageOfRecipesHasEveryRuleInOrder() throws IOException {
        var rules =
                tables().flatMap(RuleTableTest::rules).map(RuleTableTest::row).iterator();
        var page = Files.readString(PAGE);
        var wanted = new StringBuilder();
        boolean everyKey = false;
        for (var line : page.lines().toList()) {
            everyKey |= line.equals("## Every key");
            boolean rule = everyKey && line.startsWith("| `");
            if (rule)
                assertThat(rules.hasNext()).as("a row without a rule: " + line).isTrue();
            wanted.append(rule ? rules.next() : line).append('\n');
        }
        assertThat(rules.hasNext()).as("rules without a row").isFalse();
        if (Boolean.getBoolean("halftune.rewrite")) Files.writeString(PAGE, wanted);
        else
            assertThat(page)
                    .as("mvn test -Dtest=RuleTableTest -Dhalftune.rewrite=true")
                    .isEqualTo(wanted.toString());
    }

    private static String row(Rule rule) {
        var reason = rule.reason().isEmpty() ? "" : "; " + rule.reason();
        var what = switch (rule.action()) {
            case Rule.Action.Use(String flag) -> (flag.equals(rule.key()) ? "used" : "becomes `" + flag + "`") + reason;
            case Rule.Action.Set(String flag, String value) -> "becomes `" + flag + ": " + value + "`" + reason;
            case Rule.Action.Default(String flag, String value) ->
                "becomes `" + flag + ": " + value + "` unless that is set" + reason;
            case Rule.Action.Inside _ -> "its keys are handled below";
            case Rule.Action.Ignore _ -> "ignored: " + rule.reason();
            case Rule.Action.Refuse _ -> "refused: " + rule.reason();
        };
        return "| `" + rule.key() + "` | " + String.join(", ", rule.when()) + " | " + what + " |";
    }
}
