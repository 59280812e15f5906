/**
 * Training data as token ids and labels: tokenizer, rows, encoding, packing, and the order of rows.
 *
 * <p>Does not depend on model or backend. Data flow: {@link org.halftune.source.RowSource} → {@link
 * org.halftune.data.RowReader} → {@link org.halftune.data.ExampleEncoder} → {@link org.halftune.data.Dataset} → {@link
 * org.halftune.data.Sampler}. Begin with {@link org.halftune.data.Dataset}.
 */
@NullMarked
package org.halftune.data;

import org.jspecify.annotations.NullMarked;
