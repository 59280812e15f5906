package org.halftune.data;

import java.util.OptionalInt;

/**
 * A row as a question to a model.
 *
 * @param promptIds [n] what the model is given, BOS included where it belongs
 * @param reference what the row holds as the answer; may be empty
 * @param endOfTurn the token with which the chat template ends an answer, if the row is a conversation
 */
@SuppressWarnings("ArrayRecordComponent") // read once
public record Question(int[] promptIds, String reference, OptionalInt endOfTurn) {}
