/**
 * Text from a model: choosing the next token, decoding many prompts at once, and turning tokens back into text as they come.
 *
 * <p>May import {@code model}, {@code backend}, {@code tensor}, {@code data}, {@code pretrained} and {@code problem}; prints
 * nothing. Begin with {@link org.halftune.generate.Generator}.
 */
@NullMarked
package org.halftune.generate;

import org.jspecify.annotations.NullMarked;
