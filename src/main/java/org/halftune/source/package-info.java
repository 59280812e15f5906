/**
 * Reads rows from data files (JSON, CSV, Parquet, text; compressed or not), folders, and LLaMA-Factory's {@code
 * dataset_info.json}. A row is a JSON object with its location; package {@code data} parses it.
 *
 * <p>Begin with {@link org.halftune.source.DataFile}, which opens a {@link org.halftune.source.RowSource}.
 */
@NullMarked
package org.halftune.source;

import org.jspecify.annotations.NullMarked;
