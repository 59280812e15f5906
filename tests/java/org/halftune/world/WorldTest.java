package org.halftune.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import world.Entity;
import world.Exam;
import world.Fact;
import world.Library;
import world.PairTask;
import world.Row;
import world.Task;

/** What the bundled model reads is consistent, and what it is asked can be known. */
final class WorldTest {

    /** Sentences of the whole corpus that state a fact, at the least. */
    private static final int LEAST_STATEMENTS = 300;

    private static Library library;

    private static Map<String, Integer> sentences;

    @BeforeAll
    static void generate() {
        library = Library.of(Library.SEED);
        sentences = new HashMap<>();
        for (String document : library.corpus().training()) {
            // The end of a sentence, also before a closing quotation mark; the mark itself does not matter here.
            for (String sentence : document.split("(?<=[.?!])\\s", -1)) {
                sentences.merge(sentence, 1, Integer::sum);
            }
        }
    }

    @Test
    void keptFilesAreWhatTheGeneratorWrites() throws IOException {
        for (Map.Entry<String, String> file : library.keptFiles().entrySet()) {
            Path path = Path.of("models").resolve(file.getKey());
            assertThat(Files.readString(path, StandardCharsets.UTF_8))
                    .as("%s (java models/world/GenerateWorld.java writes it)", path)
                    .isEqualTo(file.getValue());
        }
    }

    @Test
    void noNameMeansTwoThings() {
        Set<String> names = new HashSet<>();
        for (Entity entity : library.world().all()) {
            assertThat(names.add(entity.name())).as(entity.name()).isTrue();
        }
    }

    @Test
    void everyFactIsStatedManyTimesInEveryWording() {
        for (Fact fact : library.world().facts()) {
            List<Integer> counts = fact.statements().stream()
                    .map(statement -> sentences.getOrDefault(statement, 0))
                    .toList();
            assertThat(counts).as("%s", fact).allMatch(count -> count >= 10);
            assertThat(counts.stream().mapToInt(Integer::intValue).sum())
                    .as("%s", fact)
                    .isGreaterThanOrEqualTo(LEAST_STATEMENTS);
        }
    }

    @Test
    void halfOfTheTestedQuestionsWereNeverRead() {
        Set<String> read = questionsIn(library.corpus().training());
        int unread = 0;
        for (Exam.Item item : library.exam().items()) {
            boolean asked = item.exposure() == Exam.Exposure.ASKED;
            assertThat(read.contains(item.question())).as(item.question()).isEqualTo(asked);
            if (item.exposure() == Exam.Exposure.STATED) {
                assertThat(read)
                        .as("%s", item.fact())
                        .doesNotContainAnyElementsOf(item.fact().questions());
            }
            unread += asked ? 0 : 1;
        }
        assertThat(library.exam().items()).hasSizeGreaterThanOrEqualTo(400);
        assertThat(unread)
                .isBetween(
                        library.exam().items().size() * 45 / 100,
                        library.exam().items().size() * 55 / 100);
    }

    @Test
    void everyQuestionHasOneRightAnswer() {
        Map<String, String> answers = new HashMap<>();
        for (Fact fact : library.world().facts()) {
            for (String question : fact.questions()) {
                assertThat(answers.put(question, fact.answer())).as(question).isNull();
            }
        }
        for (Task task : library.tasks()) {
            Map<String, String> completions = new HashMap<>();
            for (Row.Pair row : concatenated(task)) {
                String before = completions.put(row.prompt(), row.completion());
                assertThat(before).as("%s: %s", task.name(), row.prompt()).isNull();
            }
        }
    }

    @Test
    void tasksAreNewAndOfUsefulSize() {
        Set<String> known = questionsIn(library.corpus().training());
        for (Task task : library.tasks()) {
            assertThat(task.train()).as(task.name()).hasSizeBetween(600, 1500);
            assertThat(task.test()).as(task.name()).hasSizeBetween(150, 200);
            for (Row.Pair row : concatenated(task)) {
                assertThat(row.completion())
                        .as(task.name())
                        .startsWith(" ")
                        .isEqualTo(" " + row.completion().strip());
                assertThat(known).as(task.name()).doesNotContain(questionOf(row.prompt()));
            }
        }
    }

    @Test
    void newKnowledgeIsTestedInAWordingThatTrainingLeavesOut() {
        for (Task task : library.tasks()) {
            Set<String> trained = task.train().stream().map(Row.Pair::prompt).collect(Collectors.toSet());
            for (Row.Pair row : task.test()) {
                assertThat(trained).as(task.name()).doesNotContain(row.prompt());
            }
        }
    }

    @Test
    void pairsPreferTheIslandsTruthInANewWording() {
        for (PairTask task : library.pairTasks()) {
            Map<String, String> right = new HashMap<>();
            Set<String> trained = new HashSet<>();
            for (Row.Preference row : task.train()) {
                assertThat(row.chosen()).as(row.prompt()).isNotEqualTo(row.rejected());
                String before = right.put(row.prompt(), row.chosen());
                assertThat(before == null || before.equals(row.chosen()))
                        .as(row.prompt())
                        .isTrue();
                trained.add(row.prompt());
            }
            assertThat(task.test()).as(task.name()).hasSizeBetween(150, 200);
            for (Row.Preference row : task.test()) {
                assertThat(row.chosen()).as(row.prompt()).isNotEqualTo(row.rejected());
                assertThat(trained).as(task.name()).doesNotContain(row.prompt());
            }
        }
    }

    @Test
    void newAgeAnswersDifferFromThoseBefore() {
        Map<String, String> before = new HashMap<>();
        for (Fact fact : library.world().facts()) {
            fact.questions().forEach(question -> before.put(question, " " + fact.answer()));
        }
        Task newAge = library.tasks().stream()
                .filter(task -> task.name().equals("new-age"))
                .findFirst()
                .orElseThrow();
        for (Row.Pair row : newAge.test()) {
            String question = questionOf(row.prompt()).replace("In the new age, ", "");
            String old = before.get(question.substring(0, 1).toUpperCase(Locale.ROOT) + question.substring(1));
            assertThat(old).as(question).isNotNull().isNotEqualTo(row.completion());
        }
    }

    @Test
    void heldOutDocumentsAreNotInTheCorpus() {
        assertThat(library.corpus().heldOut())
                .hasSizeGreaterThan(100)
                .doesNotHaveDuplicates()
                .noneMatch(Set.copyOf(library.corpus().training())::contains);
    }

    private static List<Row.Pair> concatenated(Task task) {
        return Stream.concat(task.train().stream(), task.test().stream()).toList();
    }

    private static Set<String> questionsIn(List<String> documents) {
        return documents.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("Question: "))
                .map(WorldTest::questionOf)
                .collect(Collectors.toSet());
    }

    /** "Who rules Velmar?" of "Question: Who rules Velmar?\nAnswer:". */
    private static String questionOf(String prompt) {
        return prompt.lines().findFirst().orElse("").replaceFirst("^Question: ", "");
    }
}
