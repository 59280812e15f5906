package org.halftune.data;

import java.util.OptionalInt;

/**
 * A prompt for a model and the reference answer.
 *
 * @param promptIds [n] the model's input, with BOS if the tokenizer adds it
 * @param reference the row's answer; may be empty
 * @param endOfTurn the token that ends an answer in the chat template, if the row is a conversation
 */
@SuppressWarnings("ArrayRecordComponent") // read once
public record Question(int[] promptIds, String reference, OptionalInt endOfTurn) {}
