package org.halftune.compare;

import java.nio.file.Path;
import java.util.Optional;
import org.halftune.train.TrainingArguments;

/**
 * What to compare on.
 *
 * @param taskName for the headline
 * @param training base, rows, steps and settings; its selection is HFT's, FFT trains everything. {@code evalFile} holds
 *     questions of the new task
 * @param knowledgeFile questions that the base should be able to answer: what may be forgotten
 * @param heldOutFile text like the base's own, for its perplexity
 */
public record CompareOptions(
        String taskName, TrainingArguments training, Optional<Path> knowledgeFile, Optional<Path> heldOutFile) {}
