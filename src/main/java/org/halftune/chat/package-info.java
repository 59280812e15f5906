/**
 * Conversations and chat templates, rendered as in transformers.
 *
 * <p>Does not depend on rows, tokens or models. Begin with {@link org.halftune.chat.ChatTemplate}.
 */
@NullMarked
package org.halftune.chat;

import org.jspecify.annotations.NullMarked;
