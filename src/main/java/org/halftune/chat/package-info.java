/**
 * Conversations and how they become text: a model's own chat template, rendered as transformers renders it.
 *
 * <p>Knows nothing of rows, tokens or models. Begin with {@link org.halftune.chat.ChatTemplate}.
 */
@NullMarked
package org.halftune.chat;

import org.jspecify.annotations.NullMarked;
