package org.halftune.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;

class ChoiceTest {
    private static final List<String> PROMPTS =
            IntStream.range(0, 100).mapToObj(i -> "question " + i).toList();

    @Test
    void everyQuestionIsOnOneSide() {
        var split = new Choice(0.3, 0).split("suite", PROMPTS);
        assertThat(split.choosing()).hasSize(30);
        assertThat(split.scoring()).hasSize(70).doesNotContain(split.choosing());
    }

    @Test
    void splitDependsOnTheSeedAndNotOnTheOrderOfTheFile() {
        var choice = new Choice(0.3, 0);
        var reversed = PROMPTS.reversed();
        int[] chosen = Arrays.stream(choice.split("suite", reversed).choosing())
                .map(i -> 99 - i)
                .sorted()
                .toArray();
        assertThat(chosen).isEqualTo(choice.split("suite", PROMPTS).choosing());
        assertThat(new Choice(0.3, 1).split("suite", PROMPTS).choosing()).isNotEqualTo(chosen);
    }

    @Test
    void rowsWithTheSamePromptAreOnTheSameSide() {
        var twice = new ArrayList<>(PROMPTS);
        twice.addAll(PROMPTS);
        var split = new Choice(0.5, 0).split("suite", twice);
        for (int i : split.choosing()) assertThat(split.choosing()).contains((i + 100) % 200);
    }

    @Test
    void zeroChoosesOnTheReportedQuestions() {
        var split = new Choice(0, 0).split("suite", PROMPTS);
        assertThat(split.choosing()).hasSize(100).isEqualTo(split.scoring());
    }

    @Test
    void shareIsChecked() {
        assertThatThrownBy(() -> new Choice(1, 0))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("choose 1.0");
    }
}
