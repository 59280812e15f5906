/**
 * Tasks: a YAML file says how rows become questions and how answers are scored, as in lm-evaluation-harness. A task is
 * multiple choice, generation or perplexity.
 *
 * <p>Begin with {@link org.halftune.eval.task.Task}, then {@link org.halftune.eval.task.TaskScorer}. Prints nothing.
 */
@NullMarked
package org.halftune.eval.task;

import org.jspecify.annotations.NullMarked;
