package org.halftune.eval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerFormTest {
    private static final AnswerForm WHOLE = new AnswerForm(false, false);
    private static final AnswerForm FOLDED = new AnswerForm(true, true);

    @Test
    void surroundingWhiteSpaceIsIgnored() {
        assertThat(AnswerForm.DEFAULT.matches("  Karl Marx\n", "Karl Marx")).isTrue();
        assertThat(AnswerForm.DEFAULT.matches("\u00a0Karl\t Marx\u2003", " Karl Marx "))
                .isTrue();
        assertThat(AnswerForm.DEFAULT.matches("KarlMarx", "Karl Marx")).isFalse();
    }

    @Test
    void answerEndsAtItsFirstLine() {
        assertThat(AnswerForm.DEFAULT.matches("\n\n Paris\nQ: Next?", "Paris")).isTrue();
        assertThat(AnswerForm.DEFAULT.matches("Paris\r\nQ", "Paris")).isTrue();
        assertThat(WHOLE.matches("Paris\nQ: Next?", "Paris")).isFalse();
    }

    @Test
    void answerOfSeveralLinesIsComparedCompletely() {
        assertThat(AnswerForm.DEFAULT.matches("one\ntwo", "one\ntwo\n")).isTrue();
        assertThat(AnswerForm.DEFAULT.matches("one\nthree", "one\ntwo")).isFalse();
        assertThat(AnswerForm.DEFAULT.complete("one\n", "one\ntwo")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"Straße, STRASSE", "ΣΊΣΥΦΟΣ, σίσυφος", "İ, i̇", "Paris, pARIS"})
    void caseIsIgnoredOnlyWithTheOption(String a, String b) {
        assertThat(FOLDED.matches(a, b)).isTrue();
        assertThat(AnswerForm.DEFAULT.matches(a, b)).isFalse();
    }

    @Test
    void emptyAnswersMatchOnlyEmptyOnes() {
        assertThat(AnswerForm.DEFAULT.matches("", " ")).isTrue();
        assertThat(AnswerForm.DEFAULT.matches("\n", "")).isTrue();
        assertThat(AnswerForm.DEFAULT.matches("", "x")).isFalse();
        assertThat(AnswerForm.DEFAULT.answer("", "x")).isEmpty();
    }

    @Test
    void generationStopsAfterTheFirstLineWithText() {
        assertThat(AnswerForm.DEFAULT.complete("\n\n", "x")).isFalse();
        assertThat(AnswerForm.DEFAULT.complete("\nx", "x")).isFalse();
        assertThat(AnswerForm.DEFAULT.complete("\nx\n", "x")).isTrue();
        assertThat(WHOLE.complete("x\n", "x")).isFalse();
    }

    @Test
    void punctuationAndArticlesCount() {
        assertThat(FOLDED.matches("the 3.5", "3.5")).isFalse();
        assertThat(FOLDED.matches("Paris.", "Paris")).isFalse();
    }
}
