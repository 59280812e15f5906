/**
 * Evaluation of a model: perplexity and exact match, as numbers, a table and {@code eval.json}.
 *
 * <p>May import {@code model}, {@code backend}, {@code data}, {@code generate}, {@code pretrained}, {@code files} and
 * {@code problem}; prints nothing and creates no backend. Start reading at {@link org.halftune.eval.EvalRun}.
 */
@NullMarked
package org.halftune.eval;

import org.jspecify.annotations.NullMarked;
