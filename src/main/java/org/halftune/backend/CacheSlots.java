package org.halftune.backend;

/**
 * Which row of a key-value cache each sequence of new tokens continues.
 *
 * @param sequences the new tokens
 * @param rows [S] I32: the cache row of each sequence
 * @param past [S] I32: how many tokens are cached there already
 * @param longest the largest past plus new length, on the host
 */
public record CacheSlots(Sequences sequences, Tensor rows, Tensor past, int longest) {}
