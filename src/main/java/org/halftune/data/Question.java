package org.halftune.data;

/**
 * A row as a question to a model.
 *
 * @param promptIds [n] what the model is given, BOS included where it belongs
 * @param reference what the row holds as the answer; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // read once
public record Question(int[] promptIds, String reference) {}
