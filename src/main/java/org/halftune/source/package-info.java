/**
 * Where rows come from: data files of every kind that is read, compressed or not, folders of them, and LLaMA-Factory's
 * {@code dataset_info.json}. A source yields JSON objects with their places; what an object means is not known here.
 *
 * <p>Begin with {@link org.halftune.source.DataFile}, which opens a {@link org.halftune.source.RowSource}.
 */
@NullMarked
package org.halftune.source;

import org.jspecify.annotations.NullMarked;
