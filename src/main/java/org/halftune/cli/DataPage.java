package org.halftune.cli;

import java.util.List;
import java.util.Locale;
import org.halftune.data.DataSurvey;
import org.halftune.data.LengthHistogram;
import org.halftune.data.Piece;
import org.halftune.report.html.Element;
import org.halftune.report.html.Page;

/** A {@link DataSurvey} as one HTML file without scripts. Hovering over a token shows its id. */
final class DataPage {
    private static final String TRAINED = "background: rgba(46, 160, 67, 0.28); color: inherit;";
    private static final String SPECIAL = "font-weight: 700;";
    private static final String TEXT =
            "white-space: pre-wrap; overflow-wrap: anywhere; font-size: 14px; line-height: 1.7; margin-top: 8px;";

    private DataPage() {}

    static String of(DataSurvey survey, List<String> sources) {
        String names = String.join(", ", sources);
        var facts = Element.of("section")
                .add(Element.of("p").text(survey.description().line()));
        for (String warning : survey.description().summary().warnings())
            facts.add(Element.of("p").text(warning));
        var main = Element.of("main")
                .add(
                        Element.of("header")
                                .add(
                                        Element.of("p", "class", "kicker").text("Halftune"),
                                        Element.of("h1").text("Rows of " + names)),
                        facts,
                        lengths(LengthHistogram.of(survey.lengths())),
                        rows(survey));
        return Page.of("Rows of " + names, main);
    }

    private static Element lengths(LengthHistogram histogram) {
        var table = Element.of("table");
        int most = histogram.bins().stream()
                .mapToInt(LengthHistogram.Bin::rows)
                .max()
                .orElse(1);
        for (var bin : histogram.bins()) {
            String bar = String.format(
                    Locale.ROOT,
                    "display: block; height: 12px; background: currentColor; opacity: 0.45; width: %.1f%%",
                    100.0 * bin.rows() / most);
            table.add(Element.of("tr")
                    .add(
                            Element.of("td", "style", "width: 9em; text-align: right")
                                    .text(bin.from() + "–" + bin.to()),
                            Element.of("td").add(Element.of("span", "style", bar)),
                            Element.of("td", "style", "width: 6em").text(Integer.toString(bin.rows()))));
        }
        return Element.of("section").add(Element.of("h2").text("Tokens per row"), table);
    }

    private static Element rows(DataSurvey survey) {
        var section = Element.of("section")
                .add(
                        Element.of("h2").text("Rows as the model sees them"),
                        Element.of("p")
                                .add(Element.of("mark", "style", TRAINED).text("Trained"))
                                .text(" tokens are marked; special tokens are bold. ⏎ is a line break, → a tab."));
        for (var shown : survey.shown()) {
            section.add(Element.of("h3").text(shown.row().source().place().toString()));
            for (List<Piece> pieces : shown.sequences()) section.add(tokens(pieces));
        }
        return section;
    }

    private static Element tokens(List<Piece> pieces) {
        var text = Element.of("pre", "style", TEXT);
        for (Piece piece : pieces) {
            String style = (piece.trainedOn() ? TRAINED : "") + (piece.special() ? SPECIAL : "");
            var token = Element.of(piece.trainedOn() ? "mark" : "span", "title", piece.id());
            if (!style.isEmpty()) token.with("style", style);
            text.add(token.text(piece.visible()));
        }
        return text;
    }
}
