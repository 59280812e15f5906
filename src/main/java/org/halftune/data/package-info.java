/**
 * From files of text to token ids and labels: tokenizer, rows, templates, examples, packing, and the order of training.
 *
 * <p>Knows neither model nor backend. A row flows {@link org.halftune.source.RowSource} → {@link org.halftune.data.RowReader} →
 * {@link org.halftune.data.ExampleEncoder} → {@link org.halftune.data.Dataset} → {@link org.halftune.data.Sampler}.
 * Begin with {@link org.halftune.data.Dataset}.
 */
@NullMarked
package org.halftune.data;

import org.jspecify.annotations.NullMarked;
