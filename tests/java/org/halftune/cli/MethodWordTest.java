package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.halftune.hft.Ratios;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.junit.jupiter.api.Test;

class MethodWordTest {

    private static List<String> names(String... words) {
        return MethodWord.parse(List.of(words)).stream().map(MethodWord::name).toList();
    }

    @Test
    void strategyAndRatioAreNamed() {
        assertThat(names("fft", "hft", "hft:layer", "hft:category:0.25", "upper"))
                .containsExactly("FFT", "HFT", "HFT layer", "HFT category 0.25", "HFT upper");
        assertThat(names("fft,hft:model")).containsExactly("FFT", "HFT model");
    }

    @Test
    void unknownStrategyIsAnsweredWithTheStrategies() {
        assertThatThrownBy(() -> names("fft", "hft:bogus"))
                .hasMessageContaining("hft:bogus")
                .hasMessageContaining("choose from fft, hft, and hft:STRATEGY")
                .hasMessageContaining("upper");
        assertThatThrownBy(() -> names("fft", "hft:uper")).hasMessageContaining("did you mean 'hft:upper'?");
    }

    @Test
    void oneMethodIsComparedWithTheOther() {
        assertThat(names()).containsExactly("FFT", "HFT");
        assertThat(names("hft")).containsExactly("FFT", "HFT");
        assertThat(names("fft")).containsExactly("FFT", "HFT");
        assertThat(names("hft:upper")).containsExactly("FFT", "HFT upper");
    }

    @Test
    void fftAndOneHftWithOneSeedAreTimedSideBySide() {
        assertThat(several(List.of("fft", "hft:upper"), 1).isStudy()).isFalse();
        assertThat(several(List.of(), 1).isStudy()).isFalse();
        assertThat(several(List.of(), 1, 2).isStudy()).isTrue();
        assertThat(several(List.of("hft", "hft:upper")).isStudy()).isTrue();
        assertThat(several(List.of("fft", "hft", "upper")).isStudy()).isTrue();
    }

    private static ComparedSeveral several(List<String> words, double... seeds) {
        return new ComparedSeveral(
                MethodWord.parse(words), Arrays.stream(seeds).boxed().toList());
    }

    @Test
    void flagsThatAMethodDoesNotHaveAreLeftOut() {
        var form = new TrainingArgumentsBuilder();
        form.importanceFile = Path.of("source.jsonl");
        form.hftSeed = 5L;
        form.freezeEmbeddings = true;
        var given = MethodWord.Given.of(form);
        var methods = MethodWord.parse(List.of("fft", "hft:upper:0.3", "hft:importance", "hft:layer"));
        methods.get(0).writeTo(form, given);
        assertThat(form.selecting().method()).isEqualTo(Method.FFT);
        methods.get(1).writeTo(form, given);
        assertThat(form.selecting().strategy()).isEqualTo(HftStrategy.UPPER);
        methods.get(2).writeTo(form, given);
        assertThat(form.selecting().importance()).isPresent();
        methods.get(3).writeTo(form, given);
        assertThat(form.selecting().importance()).isEmpty();
        assertThat(form.selecting().seed()).isEqualTo(5);
        assertThat(form.selecting().freezeEmbeddings()).isTrue();
    }

    @Test
    void ratioOfACategoryIsRefusedByAStrategyOfOneRatioEvenIfItIsTheDefault() {
        var form = new TrainingArgumentsBuilder();
        var given = MethodWord.Given.of(form);
        var methods = MethodWord.parse(List.of("hft:upper:attention=0.5", "hft:category:attention=0.5", "hft:upper"));
        methods.get(0).writeTo(form, given);
        assertThatThrownBy(form::selecting).hasMessageContaining("takes one ratio");
        methods.get(1).writeTo(form, given);
        assertThat(form.selecting().ratios()).isEqualTo(Ratios.all(0.5));
        methods.get(2).writeTo(form, given);
        assertThat(form.selecting().strategy()).isEqualTo(HftStrategy.UPPER);
    }

    @Test
    void unknownMethodsAndRepetitionsAreRefused() {
        assertThatThrownBy(() -> names("hft:uper"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("hft:upper");
        assertThatThrownBy(() -> names("fft:layer")).isInstanceOf(InputError.class);
        assertThatThrownBy(() -> names("hft:layer:2")).isInstanceOf(InputError.class);
        assertThatThrownBy(() -> names("hft", "hft")).hasMessageContaining("only once");
        assertThatThrownBy(() -> several(List.of(), 1.5).seeds(0)).hasMessageContaining("seeds");
        assertThatThrownBy(() -> several(List.of(), 1, 1).seeds(0)).hasMessageContaining("only once");
    }
}
