package org.halftune.eval.task;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A task of an evaluation.
 *
 * @param data its rows; empty: those that the task file names
 */
public record AskedTask(Task task, Optional<Path> data) {}
