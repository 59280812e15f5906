package org.halftune.data;

/** A row and where it was read. */
public record PlacedRow(Place place, Row row) {}
