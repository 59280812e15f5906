package org.halftune.source;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.SchemaNode.PrimitiveNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The values of one column in the current batch, as JSON. Dates and times are ISO 8601 strings. Untyped bytes are
 * strings if they are valid UTF-8, because older writers store text like this.
 */
final class ParquetColumn {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final PrimitiveNode node;
    private final ColumnReader reader;
    private Validity validity = Validity.NO_NULLS;
    private Object values = new Object();

    ParquetColumn(PrimitiveNode node, ColumnReader reader) {
        this.node = node;
        this.reader = reader;
    }

    ColumnReader reader() {
        return reader;
    }

    /** Loads the values of the reader's current batch. */
    void nextBatch() {
        validity = reader.getLeafValidity();
        values = switch (node.type()) {
            case BOOLEAN -> reader.getBooleans();
            case INT32 -> reader.getInts();
            case INT64 -> reader.getLongs();
            case FLOAT -> reader.getFloats();
            case DOUBLE -> reader.getDoubles();
            case BYTE_ARRAY -> isText(node.logicalType()) ? reader.getStrings() : reader.getBinaries();
            case FIXED_LEN_BYTE_ARRAY, INT96 -> reader.getBinaries();
        };
    }

    JsonNode value(int i) {
        if (validity.isNull(i)) return JSON.nullNode();
        return switch (values) {
            case boolean[] booleans -> JSON.booleanNode(booleans[i]);
            case int[] numbers -> integer(numbers[i]);
            case long[] numbers -> integer(numbers[i]);
            case float[] numbers -> JSON.numberNode(numbers[i]);
            case double[] numbers -> JSON.numberNode(numbers[i]);
            case String[] texts -> JSON.stringNode(texts[i]);
            case byte[][] bytes -> bytes(bytes[i]);
            default -> throw new IllegalStateException("no batch");
        };
    }

    private static boolean isText(@Nullable LogicalType type) {
        return type instanceof LogicalType.StringType
                || type instanceof LogicalType.EnumType
                || type instanceof LogicalType.JsonType;
    }

    private JsonNode integer(long value) {
        return switch (node.logicalType()) {
            case LogicalType.IntType type
            when !type.isSigned() ->
                type.bitWidth() < 64
                        ? JSON.numberNode(value & ((1L << type.bitWidth()) - 1))
                        : JSON.numberNode(new BigInteger(Long.toUnsignedString(value)));
            case LogicalType.DecimalType type -> JSON.numberNode(BigDecimal.valueOf(value, type.scale()));
            case LogicalType.DateType _ ->
                JSON.stringNode(LocalDate.ofEpochDay(value).toString());
            case LogicalType.TimestampType type -> JSON.stringNode(time(value, type));
            case null, default -> JSON.numberNode(value);
        };
    }

    private static String time(long value, LogicalType.TimestampType type) {
        var unit = switch (type.unit()) {
            case MILLIS -> ChronoUnit.MILLIS;
            case MICROS -> ChronoUnit.MICROS;
            case NANOS -> ChronoUnit.NANOS;
        };
        Instant instant = Instant.EPOCH.plus(value, unit);
        return type.isAdjustedToUTC()
                ? instant.toString()
                : LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }

    private JsonNode bytes(byte[] bytes) {
        if (node.logicalType() instanceof LogicalType.DecimalType type) {
            return JSON.numberNode(new BigDecimal(new BigInteger(bytes), type.scale()));
        }
        try {
            return JSON.stringNode(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException _) {
            return JSON.binaryNode(bytes);
        }
    }
}
