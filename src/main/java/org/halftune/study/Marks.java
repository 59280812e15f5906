package org.halftune.study;

import java.util.Arrays;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The scores of a model on a suite.
 *
 * @param each [questions] a score in 0…1 for each question, NaN where a question was left out; empty if the suite has only a figure
 * @param figure the suite's one figure, such as a perplexity; the mean of {@code each} if there are questions
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record Marks(double[] each, double figure) {

    /** Right and wrong answers. */
    static Marks of(boolean[] right) {
        double[] each = new double[right.length];
        for (int i = 0; i < right.length; i++) each[i] = right[i] ? 1 : 0;
        return ofEach(each);
    }

    static Marks ofEach(double[] each) {
        double mean = Arrays.stream(each)
                .filter(mark -> !Double.isNaN(mark))
                .average()
                .orElse(Double.NaN);
        return new Marks(each, mean);
    }

    static Marks figure(double figure) {
        return new Marks(new double[0], figure);
    }

    /** Right and wrong as a string of digits, {@code "0110"}; other scores as a list; a figure as a number. */
    JsonNode toJson() {
        var nodes = JsonNodeFactory.instance;
        if (each.length == 0) return nodes.numberNode(figure);
        if (Arrays.stream(each).allMatch(mark -> mark == 0 || mark == 1)) {
            var digits = new StringBuilder();
            for (double mark : each) digits.append(mark == 1 ? '1' : '0');
            return nodes.stringNode(digits.toString());
        }
        var list = nodes.arrayNode();
        for (double mark : each) {
            if (Double.isNaN(mark)) list.addNull();
            else list.add(mark);
        }
        return list;
    }

    /** @throws InputError if the value was not written by {@link #toJson} */
    static Marks fromJson(JsonNode json, String where) {
        if (json.isNumber()) return figure(json.asDouble());
        if (json.isString() && json.asString().matches("[01]+")) {
            return ofEach(json.asString().chars().mapToDouble(c -> c - '0').toArray());
        }
        if (json.isArray()
                && json.size() > 0
                && json.valueStream().allMatch(mark -> mark.isNumber() || mark.isNull())) {
            return ofEach(json.valueStream()
                    .mapToDouble(mark -> mark.isNull() ? Double.NaN : mark.asDouble())
                    .toArray());
        }
        throw new InputError(
                "marks are " + StrictJson.kind(json) + " that this version does not write",
                where,
                "remove the line: its cell is trained again");
    }
}
