package org.halftune.report.study;

/**
 * A published figure to show beside a result.
 *
 * @param claim what the figure says
 * @param figure as printed there
 * @param measuredOn model and data it was measured on
 */
public record PaperFigure(String claim, String figure, String measuredOn) {}
