/**
 * How good a model is: perplexity of text and exact answers to questions, as figures, a table and {@code eval.json}.
 *
 * <p>May import {@code model}, {@code backend}, {@code data}, {@code generate}, {@code pretrained}, {@code files} and
 * {@code problem}; prints nothing and builds no backend. Begin with {@link org.halftune.eval.EvalRun}.
 */
@NullMarked
package org.halftune.eval;

import org.jspecify.annotations.NullMarked;
