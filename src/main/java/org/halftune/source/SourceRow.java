package org.halftune.source;

import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * A row as read from a file.
 *
 * @param line the line on which the row starts, from 1; 0 in files without lines (Parquet)
 * @param row number of the row in the file, from 1
 * @param value an object, if the file is valid
 * @param size approximate number of characters, for memory limits
 */
public record SourceRow(Path file, long line, long row, JsonNode value, long size) {}
