/**
 * Evaluation of a model: perplexity and exact match, as numbers, a table and {@code eval.json}.
 *
 * <p>Prints nothing and creates no backend. Begin with {@link org.halftune.eval.EvalRun}.
 */
@NullMarked
package org.halftune.eval;

import org.jspecify.annotations.NullMarked;
