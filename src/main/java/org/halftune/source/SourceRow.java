package org.halftune.source;

import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * One row as it stands in a file.
 *
 * @param line the file's line on which it begins, from 1; 0 in files without lines (Parquet)
 * @param row its number among the file's rows, from 1
 * @param value an object, unless the file is wrong
 * @param size about how many characters the row has: for bounds on memory
 */
public record SourceRow(Path file, long line, long row, JsonNode value, long size) {}
