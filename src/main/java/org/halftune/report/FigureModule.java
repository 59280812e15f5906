package org.halftune.report;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/** How reports write numbers as JSON: NaN (not measured) is {@code null}; infinity is the string {@code "Infinity"}. */
public final class FigureModule {
    private FigureModule() {}

    /** The module for a mapper. */
    public static SimpleModule create() {
        return new SimpleModule("figures")
                .addSerializer(double.class, new FigureWriter())
                .addDeserializer(double.class, new FigureReader());
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
