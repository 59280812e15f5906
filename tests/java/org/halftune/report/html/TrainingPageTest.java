package org.halftune.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.halftune.report.MemoryUse;
import org.halftune.report.MethodResult.CategoryShare;
import org.halftune.report.MethodResult.Trainable;
import org.halftune.report.TrainingReport;
import org.halftune.report.TrainingReport.Evaluation;
import org.halftune.report.TrainingReport.Kind;
import org.halftune.report.TrainingReport.Progress;
import org.halftune.report.TrainingReport.Setting;
import org.halftune.report.TrainingReport.SettingsSection;
import org.halftune.report.TrainingReport.State;
import org.halftune.report.TrainingReport.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class TrainingPageTest {
    private static final double WIDTH = 440;

    private static TrainingReport report(State state, int layers, double... losses) {
        var steps = IntStream.range(0, losses.length)
                .mapToObj(i -> new Step(10 * i + 10, losses[i], 1 + i, 2e-5 / (i + 1), 3000))
                .toList();
        var evaluations = new ArrayList<Evaluation>();
        for (int i = 4; i < losses.length; i += 5) evaluations.add(new Evaluation(10 * i, losses[i]));
        return new TrainingReport(
                "runs <&> \"sft\"",
                "Half fine-tuning (HFT) of base on 60 rows.",
                Instant.EPOCH,
                "1.0",
                new Progress(state, 10 * losses.length, 1000, state == State.FAILED ? "the loss is NaN" : ""),
                "Loss in nats per token",
                steps,
                evaluations,
                new Trainable(500, 1000, List.of(new CategoryShare("attention", 500, 1000, 2, 4))),
                List.of(
                        new Kind("q_proj", Collections.nCopies(layers, true)),
                        new Kind("down_proj", Collections.nCopies(layers, false))),
                new MemoryUse(100, 200, 300, 0, 500, 60, 70, 1230),
                List.of(new SettingsSection(
                        "Training", List.of(new Setting("seed", "42"), new Setting("eval_file", "")))));
    }

    static Stream<TrainingReport> reports() {
        return Stream.of(
                report(State.DONE, 5, 6.3, 5.1, 4.2, 3.9, 3.1, 2.0, 1.9),
                report(
                        State.RUNNING,
                        80,
                        IntStream.range(0, 20_000)
                                .mapToDouble(i -> 1 + 5.0 / (i + 1))
                                .toArray()),
                report(State.FAILED, 126, 2, Double.NaN, Double.POSITIVE_INFINITY),
                report(State.STOPPED, 1),
                report(State.DONE, 32, 0));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void pageIsWellFormedSelfContainedAndWithinItsPictures(TrainingReport report) throws Exception {
        String page = TrainingPage.render(report);
        var document = parsed(page);
        assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(7);
        assertThat(page).doesNotContain("<script", "<link", "<img", "@import", "url(", "null");
        assertThat(page.length()).isLessThan(150_000);
        var all = document.getElementsByTagName("rect");
        for (int i = 0; i < all.getLength(); i++) {
            var rect = (Element) all.item(i);
            double x = Double.parseDouble(rect.getAttribute("x"));
            double width = Double.parseDouble(rect.getAttribute("width"));
            assertThat(x).isBetween(0.0, WIDTH);
            assertThat(x + width).isLessThanOrEqualTo(WIDTH + 0.2);
        }
    }

    @Test
    void everyMatrixHasACell() throws Exception {
        var document = parsed(TrainingPage.render(report(State.DONE, 5, 3, 2)));
        var map = (Element) document.getElementsByTagName("svg").item(6);
        var cells = map.getElementsByTagName("rect");
        assertThat(IntStream.range(0, cells.getLength()).mapToObj(i -> ((Element) cells.item(i)).getAttribute("class")))
                .containsExactly(Stream.concat(
                                Stream.generate(() -> "bar hft").limit(5),
                                Stream.generate(() -> "bar track").limit(5))
                        .toArray(String[]::new));
    }

    @Test
    void outcomeAndReasonAreShown() {
        assertThat(TrainingPage.render(report(State.FAILED, 2, 3, 2))).contains(">failed<", "the loss is NaN");
        assertThat(TrainingPage.render(report(State.DONE, 2, 3, 2))).contains(">done<", "20 of 1,000 steps");
        assertThat(TrainingPage.render(report(State.RUNNING, 2, 3, 2))).contains(">2.0\u00a0%<", "still running");
    }

    private static Document parsed(String page) throws Exception {
        String xml = page.substring(page.indexOf('\n') + 1);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
