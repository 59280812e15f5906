package org.halftune.eval.task;

/**
 * A score over all questions of a task.
 *
 * @param name {@code acc}, {@code exact_match}, {@code rougeL}, {@code perplexity}, …
 * @param value the mean over the questions; for perplexity the exponential of the mean loss per token
 * @param higherIsBetter false for perplexity and loss
 */
public record NamedScore(String name, double value, boolean higherIsBetter) {}
