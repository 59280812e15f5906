package org.halftune.report.study;

import java.nio.file.Path;
import org.halftune.report.FigureModule;
import org.halftune.report.ReportFile;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code study.json}: the records in snake case, with fields in declaration order. NaN (not measured) is {@code null}. */
public final class StudyJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .addModule(FigureModule.create())
            .build();

    private StudyJson() {}

    /** @throws org.halftune.problem.InputError if the file cannot be written */
    public static void write(StudyResult result, Path file) {
        ReportFile.write(file, text(result));
    }

    /** The file's content, ending in a line break. */
    public static String text(StudyResult result) {
        return MAPPER.writeValueAsString(result) + "\n";
    }
}
