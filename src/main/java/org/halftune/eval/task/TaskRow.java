package org.halftune.eval.task;

import java.util.Map;
import org.halftune.data.Place;
import org.jspecify.annotations.Nullable;

/**
 * A row of a task's data.
 *
 * @param fields JSON values by name: strings, numbers (Long, Double), booleans, null, lists, maps
 */
public record TaskRow(Place place, Map<String, @Nullable Object> fields) {}
