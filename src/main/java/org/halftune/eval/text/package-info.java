/**
 * Scores of one text against another: ROUGE, SARI, edit similarity, exact match in normal forms. Each equals its Python
 * reference implementation.
 *
 * <p>Knows nothing of models or tasks. Begin with {@link org.halftune.eval.text.Rouge}.
 */
@NullMarked
package org.halftune.eval.text;

import org.jspecify.annotations.NullMarked;
