package org.halftune.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.halftune.report.Comparison;
import org.halftune.report.SampleComparison;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final double NONE = Double.NaN;

    static Stream<Comparison> comparisons() {
        return Stream.of(
                SampleComparison.sample(),
                SampleComparison.severalRates(),
                SampleComparison.inMemory(SampleComparison.equalMemory(0.7, 0.68, 0.72)),
                SampleComparison.inMemory(SampleComparison.onlyHftFits()),
                SampleComparison.hftIsWorse(),
                SampleComparison.nothingMeasured(),
                losses(2.5),
                losses(NONE),
                losses(0),
                losses(3, NONE, 2, Double.POSITIVE_INFINITY, 1),
                losses(1e300, 1e-300),
                losses(-1, 1),
                losses(1e-9, 1e-9, 1e-9),
                losses(IntStream.range(0, 20_000)
                        .mapToDouble(i -> 1 + 1.0 / (1 + i))
                        .toArray()));
    }

    @ParameterizedTest
    @MethodSource("comparisons")
    void pageIsWellFormedAndSelfContained(Comparison comparison) throws Exception {
        String page = HtmlReport.render(comparison);
        var document = parsed(page);
        assertThat(document.getElementsByTagName("svg").getLength())
                .isEqualTo(comparison.rates().several() ? 7 : 6);
        assertThat(page).doesNotContain("<script", "<link", "<img", "@import", "url(", "NaN", "Infinity", "null");
        var all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            var element = (Element) all.item(i);
            assertThat(element.hasAttribute("src")).isFalse();
            if (element.hasAttribute("width")) {
                assertThat(Double.parseDouble(element.getAttribute("width"))).isBetween(0.0, 440.0);
            }
        }
        assertThat(page.length()).isLessThan(150_000);
    }

    @Test
    void learnedVsKeptShowsEveryRate() throws Exception {
        var front = parsed(HtmlReport.render(SampleComparison.severalRates()))
                .getElementsByTagName("svg")
                .item(0);
        assertThat(texts(((Element) front).getElementsByTagName("text")))
                .contains("2e-4", "4e-4", "8e-4", "1.6e-3", "new task learned, %");
        assertThat(((Element) front).getElementsByTagName("circle").getLength())
                .as("a mark a rate and method, and two of the legend")
                .isEqualTo(10);
    }

    @Test
    void textFromOutsideIsEscaped() throws Exception {
        String nasty = "</title><script>alert('x')</script>\" onload=\"& ]]> \u0000\u001b[31m \uD800 ü 猫";
        var sample = SampleComparison.sample();
        var comparison = new Comparison(
                nasty,
                sample.createdAt(),
                nasty,
                new Comparison.Machine(nasty, nasty, 2, nasty, nasty),
                new Comparison.ModelFacts(nasty, 1, 1, 1, 1, 1, 1, 1, false, nasty),
                new Comparison.Task(
                        nasty,
                        nasty,
                        nasty,
                        1,
                        new Comparison.QuizInfo(nasty, nasty, 1),
                        new Comparison.QuizInfo(nasty, nasty, 1),
                        nasty),
                sample.settings(),
                sample.rates(),
                sample.fft(),
                sample.hft(),
                sample.saving(),
                sample.equalMemory());
        String page = HtmlReport.render(comparison);
        var document = parsed(page);
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(texts(document.getElementsByTagName("h1")))
                .containsExactly(nasty.replaceAll("[\u0000\u001b\uD800]", "\uFFFD"));
        assertThat(page).doesNotContain("<script", "onload=\"&", "\u001b");
    }

    @Test
    void singleLossIsDrawnAsAPoint() throws Exception {
        var loss = parsed(HtmlReport.render(losses(2.5)))
                .getElementsByTagName("svg")
                .item(0);
        assertThat(((Element) loss).getElementsByTagName("circle").getLength()).isEqualTo(2);
    }

    @Test
    void nanInLossesIsAGapInTheLine() {
        String page = HtmlReport.render(losses(3, NONE, 2, 1));
        assertThat(page).containsPattern("class=\"line fft\" d=\"M[^M\"]*M[^M\"]*L[^M\"]*\"");
    }

    @Test
    void reportIsWrittenAsUtf8(@TempDir Path folder) throws Exception {
        var file = folder.resolve("out/report.html");
        HtmlReport.write(SampleComparison.sample(), file);
        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").contains("0.84×");
    }

    private static Comparison losses(double... losses) {
        return SampleComparison.comparison(
                "t",
                SampleComparison.withLosses(SampleComparison.fft(), losses),
                SampleComparison.withLosses(SampleComparison.hft(), losses),
                SampleComparison.saving(0.9, NONE, NONE, 0.7));
    }

    private static Document parsed(String page) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setAttribute("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
    }

    private static Stream<String> texts(NodeList nodes) {
        return IntStream.range(0, nodes.getLength()).mapToObj(i -> nodes.item(i).getTextContent());
    }
}
