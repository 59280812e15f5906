package org.halftune.eval.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortAnswersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "so 5 apples. #### 1,234 | 1,234",
                "so #### -7.5 and #### 8 | -7.5",
                "the answer is 5 | ",
                "so ####5 | ",
            })
    void strictNumberFollowsTheMark(String text, String number) {
        assertThat(FinalNumber.marked(text).orElse(null)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 and 4 make 7. | 7.",
                "it costs $1,200 | $1,200",
                "-5 | -5",
                "none | ",
            })
    void lastNumberIsAsWritten(String text, String number) {
        assertThat(FinalNumber.last(text).orElse(null)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "18. | a #### 18 | true",
                "'$1,200' | x #### 1200 | true",
                "18.00 | x #### 18 | false", // as in lm-evaluation-harness
                "13.5 | 13.5 | true",
                "8 | x #### 18 | false",
            })
    void numbersAreComparedWithoutCommasAndCurrency(String number, String reference, boolean same) {
        assertThat(FinalNumber.same(number, reference)).isEqualTo(same);
    }

    @Test
    void f1CountsCommonWords() {
        assertThat(NormalForm.f1("the cat sat", "A cat sat down.")).isCloseTo(0.8, within(1e-12));
        assertThat(NormalForm.f1("the", "")).isEqualTo(1);
        assertThat(NormalForm.f1("dog", "the")).isZero();
    }

    @Test
    void exactMatchCollapsesWhiteSpace() {
        assertThat(NormalForm.exact("  Karl \n Marx. ", false, false)).isEqualTo("Karl Marx.");
        assertThat(NormalForm.exact(" Karl Marx. ", true, true)).isEqualTo("karl marx");
    }

    @Test
    void literalsOfCodeAreReplaced() {
        assertThat(EditSimilarity.code("x = <NUM_LIT:200> + <STR_LIT>", "x = 200 + "))
                .isEqualTo(1);
        assertThat(EditSimilarity.code("<NUM_LIT>", "0")).isEqualTo(1);
        assertThat(EditSimilarity.indel("", "")).isEqualTo(1);
    }

    /** From the published vocabulary of the algorithm, and NLTK's exceptions. */
    @ParameterizedTest
    @CsvSource({
        "caresses, caress",
        "ponies, poni",
        "ties, tie",
        "dies, die",
        "cats, cat",
        "feed, feed",
        "agreed, agre",
        "plastered, plaster",
        "bled, bled",
        "motoring, motor",
        "sing, sing",
        "conflated, conflat",
        "troubled, troubl",
        "sized, size",
        "hopping, hop",
        "tanned, tan",
        "falling, fall",
        "hissing, hiss",
        "fizzed, fizz",
        "failing, fail",
        "filing, file",
        "happy, happi",
        "sky, sky",
        "skies, sky",
        "relational, relat",
        "conditional, condit",
        "rational, ration",
        "valenci, valenc",
        "digitizer, digit",
        "conformabli, conform",
        "radicalli, radic",
        "differentli, differ",
        "vileli, vile",
        "analogousli, analog",
        "vietnamization, vietnam",
        "predication, predic",
        "operator, oper",
        "feudalism, feudal",
        "decisiveness, decis",
        "hopefulness, hope",
        "callousness, callous",
        "formaliti, formal",
        "sensitiviti, sensit",
        "sensibiliti, sensibl",
        "triplicate, triplic",
        "formative, form",
        "formalize, formal",
        "electriciti, electr",
        "electrical, electr",
        "hopeful, hope",
        "goodness, good",
        "revival, reviv",
        "allowance, allow",
        "inference, infer",
        "airliner, airlin",
        "adjustable, adjust",
        "defensible, defens",
        "irritant, irrit",
        "replacement, replac",
        "adjustment, adjust",
        "dependent, depend",
        "adoption, adopt",
        "communism, commun",
        "activate, activ",
        "angulariti, angular",
        "homologous, homolog",
        "effective, effect",
        "bowdlerize, bowdler",
        "probate, probat",
        "rate, rate",
        "cease, ceas",
        "controll, control",
        "roll, roll",
        "news, news",
        "lying, lie",
        "spied, spi",
        "died, die"
    })
    void stemsAreThoseOfNltk(String word, String stem) {
        assertThat(PorterStemmer.stem(word)).isEqualTo(stem);
    }
}
