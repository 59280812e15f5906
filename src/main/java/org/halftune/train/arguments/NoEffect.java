package org.halftune.train.arguments;

/**
 * Why a given flag has no effect.
 *
 * @param reason the setting that makes it so
 * @param remedy what would give it an effect, as {@code add --eval_file}
 */
public record NoEffect(String reason, String remedy) {}
