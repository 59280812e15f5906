package org.halftune.eval.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.halftune.files.StrictJson;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Every metric equals its Python package on 144 pairs of real task texts: rouge_score, rouge, rapidfuzz, and SARI of evaluate
 * with sacrebleu.
 */
class ReferenceMetricsTest {
    private static final double TOLERANCE = 1e-6;

    private static JsonNode cases;

    @BeforeAll
    static void read() throws IOException {
        var resource = Objects.requireNonNull(ReferenceMetricsTest.class.getResourceAsStream("/eval/metrics.json.gz"));
        try (var stream = new GZIPInputStream(resource)) {
            cases = StrictJson.parse(stream.readAllBytes(), "metrics.json").get("cases");
        }
        assertThat(cases.size()).isEqualTo(144);
    }

    private interface Metric {
        double of(String prediction, String reference);
    }

    private static void equal(JsonNode c, JsonNode expected, double value, String name) {
        assertThat(value)
                .as(name + " of " + c.get("prediction") + " and " + c.get("reference"))
                .isCloseTo(expected.doubleValue(), within(TOLERANCE));
    }

    private static void check(String key, String inner, Metric metric) {
        for (var c : cases) {
            var expected = inner.isEmpty() ? c.get(key) : c.get(key).get(inner);
            if (expected.isNull()) continue;
            equal(c, expected, metric.of(text(c, "prediction"), text(c, "reference")), key + " " + inner);
        }
    }

    private static String text(JsonNode c, String key) {
        return c.get(key).stringValue();
    }

    @Test
    void rougeEqualsRougeScore() {
        var rouge = new Rouge(false);
        check("rouge_score", "rouge1", (p, r) -> rouge.ngrams(1, p, r));
        check("rouge_score", "rouge2", (p, r) -> rouge.ngrams(2, p, r));
        check("rouge_score", "rougeL", rouge::longest);
    }

    @Test
    void stemmedRougeEqualsRougeScore() {
        var rouge = new Rouge(true);
        check("rouge_score_stemmed", "rouge1", (p, r) -> rouge.ngrams(1, p, r));
        check("rouge_score_stemmed", "rouge2", (p, r) -> rouge.ngrams(2, p, r));
        check("rouge_score_stemmed", "rougeL", rouge::longest);
    }

    @Test
    void rougeOfTraceEqualsThePackageRouge() {
        check("rouge_package_l", "", TraceRouge::longest);
    }

    @Test
    void editSimilaritiesEqualRapidfuzz() {
        check("indel_similarity", "", EditSimilarity::indel);
        check("levenshtein_similarity", "", EditSimilarity::levenshtein);
    }

    @Test
    void sariEqualsEvaluate() {
        for (var c : cases) {
            String source = text(c, "source");
            String prediction = text(c, "prediction");
            String reference = text(c, "reference");
            equal(c, c.get("sari"), Sari.of(source, prediction, List.of(reference)), "sari");
            var words = PythonText.words(reference);
            var every = new ArrayList<String>();
            for (int i = 0; i < words.size(); i += 2) every.add(words.get(i));
            String half = every.isEmpty() ? reference : String.join(" ", every);
            equal(
                    c,
                    c.get("sari_two_references"),
                    Sari.of(source, prediction, List.of(reference, half)),
                    "sari of two references");
        }
    }

    @Test
    void normalFormEqualsSquad() {
        for (var c : cases) {
            var expected = c.get("squad_normalized");
            assertThat(NormalForm.squad(text(c, "prediction")))
                    .isEqualTo(expected.get(0).stringValue());
            assertThat(NormalForm.squad(text(c, "reference")))
                    .isEqualTo(expected.get(1).stringValue());
            assertThat(text(c, "prediction").equals(text(c, "reference")))
                    .isEqualTo(c.get("exact_match").booleanValue());
        }
    }
}
