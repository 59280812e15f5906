package org.halftune.model;

/**
 * The largest batch that a model's buffers hold.
 *
 * @param tokens T of all sequences together
 * @param sequences S
 */
public record Capacity(int tokens, int sequences) {}
