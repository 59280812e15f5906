package org.halftune.eval.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.halftune.eval.text.EditSimilarity;
import org.halftune.eval.text.FinalNumber;
import org.halftune.eval.text.NormalForm;
import org.halftune.eval.text.Rouge;
import org.halftune.eval.text.Sari;
import org.halftune.eval.text.TraceRouge;

/** What a generated answer scores. */
final class AnswerValues {
    private final TaskKind.Generation kind;
    private final Optional<Pattern> pattern;

    AnswerValues(TaskKind.Generation kind) {
        this.kind = kind;
        this.pattern = kind.answerPattern().map(Pattern::compile);
    }

    /** The part of the generated text that is the answer, without white space around it; "" if the pattern finds none. */
    String answer(String generated) {
        if (pattern.isEmpty()) return generated.strip();
        var found = pattern.get().matcher(generated);
        if (!found.find()) return "";
        String answer = found.group(Math.min(1, found.groupCount()));
        return answer == null ? "" : answer.strip();
    }

    /** The values by the names of the metrics. */
    Map<String, Double> of(String answer, TaskQuestion.Open question) {
        var values = new LinkedHashMap<String, Double>();
        for (var metric : kind.metrics()) values.put(metric.name(), value(metric, answer, question));
        return values;
    }

    private static double value(TextMetric metric, String answer, TaskQuestion.Open question) {
        return switch (metric.measure()) {
            case EXACT_MATCH ->
                best(question, expected -> exact(metric, answer).equals(exact(metric, expected)) ? 1 : 0);
            case ALIAS_MATCH ->
                best(question, expected -> NormalForm.squad(answer).equals(NormalForm.squad(expected)) ? 1 : 0);
            case F1 -> best(question, expected -> NormalForm.f1(answer, expected));
            case STRICT_MATCH -> best(question, expected -> same(FinalNumber.marked(answer), expected));
            case LAST_NUMBER -> best(question, expected -> same(FinalNumber.last(answer), expected));
            case ROUGE_1 -> best(question, expected -> new Rouge(metric.stemmed()).ngrams(1, answer, expected));
            case ROUGE_2 -> best(question, expected -> new Rouge(metric.stemmed()).ngrams(2, answer, expected));
            case ROUGE_L -> best(question, expected -> new Rouge(metric.stemmed()).longest(answer, expected));
            case ROUGE_L_TRACE -> best(question, expected -> TraceRouge.longest(answer, expected.strip()));
            case SARI ->
                Sari.of(
                        question.source(),
                        answer,
                        question.expected().stream().map(String::strip).toList());
            case EDIT_SIMILARITY -> best(question, expected -> EditSimilarity.indel(answer, expected.strip()));
            case CODE_SIMILARITY -> best(question, expected -> EditSimilarity.code(answer, expected.strip()));
            case LEVENSHTEIN_SIMILARITY ->
                best(question, expected -> EditSimilarity.levenshtein(answer, expected.strip()));
        };
    }

    private static double best(TaskQuestion.Open question, ToDoubleFunction<String> value) {
        List<String> expected = question.expected();
        return expected.stream().mapToDouble(value).max().orElse(0);
    }

    private static String exact(TextMetric metric, String text) {
        return NormalForm.exact(text, metric.ignoreCase(), metric.ignorePunctuation());
    }

    private static double same(Optional<String> number, String expected) {
        return number.isPresent() && FinalNumber.same(number.get(), expected) ? 1 : 0;
    }
}
