package org.halftune.report;

import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.files.JsonProblem;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * {@code comparison.json}: the records in snake case, with fields in declaration order. NaN (not measured) is {@code null}; infinity
 * is the string {@code "Infinity"}, because JSON has no such number.
 */
public final class ComparisonJson {
    private static final JsonMapper MAPPER = StrictJson.strict(JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .addModule(new SimpleModule("figures")
                    .addSerializer(double.class, new FigureWriter())
                    .addDeserializer(double.class, new FigureReader())));

    private static final String FIX = "use a comparison.json written by halftune compare";

    private ComparisonJson() {}

    /** @throws InputError if the file cannot be written */
    public static void write(Comparison comparison, Path file) {
        ReportFile.write(file, text(comparison));
    }

    /** The file's content, ending in a line break. */
    public static String text(Comparison comparison) {
        return MAPPER.writeValueAsString(comparison) + "\n";
    }

    /** @throws InputError if the file is missing or not a comparison */
    public static Comparison read(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new InputError("this file cannot be read", file.toString(), FIX);
        }
        try {
            @Nullable Comparison comparison = MAPPER.readValue(file, Comparison.class);
            if (comparison != null) return comparison;
            throw new InputError("not a comparison: null", file.toString(), FIX);
        } catch (JacksonException e) {
            var at = e.getLocation();
            String place = at == null || at.getLineNr() < 1 ? "" : ", line " + at.getLineNr();
            throw new InputError("not a comparison: " + JsonProblem.reason(e), file + place, FIX);
        }
    }

    private static final class FigureWriter extends ValueSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator json, SerializationContext context) {
            if (value.isNaN()) json.writeNull();
            else if (value.isInfinite()) json.writeString(value.toString());
            else json.writeNumber(value);
        }
    }

    private static final class FigureReader extends ValueDeserializer<Double> {
        @Override
        public Double deserialize(JsonParser json, DeserializationContext context) {
            if (json.currentToken().isNumeric()) return json.getDoubleValue();
            return switch (json.getString()) {
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> (Double) context.handleUnexpectedToken(double.class, json);
            };
        }

        @Override
        public Object getNullValue(DeserializationContext context) {
            return Double.NaN;
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return Double.NaN;
        }
    }
}
