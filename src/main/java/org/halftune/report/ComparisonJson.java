package org.halftune.report;

import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.files.JsonProblem;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code comparison.json}: the records in snake case, with fields in declaration order. NaN (not measured) is {@code null}; infinity
 * is the string {@code "Infinity"}, because JSON has no such number.
 */
public final class ComparisonJson {
    private static final JsonMapper MAPPER = StrictJson.strict(JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .addModule(FigureModule.create()));

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
}
