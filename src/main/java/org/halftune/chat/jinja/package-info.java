/**
 * The part of Jinja that chat templates are written in, with the results of Python's jinja2 to the byte: trim and lstrip blocks,
 * loop controls, {@code {% generation %}}, Python's values, operators, methods and ways of printing. What is not
 * implemented is an error with its line, never a guess.
 *
 * <p>A template can do nothing but compute text: it reaches no Java object, and its work, output and depth are bounded, so that a
 * hostile one ends with an error. Knows nothing of conversations. Begin with {@link org.halftune.chat.jinja.Template}; {@link
 * org.halftune.chat.jinja.Expression} and {@link org.halftune.chat.jinja.Statement} hold the syntax tree and what each node does.
 */
@NullMarked
package org.halftune.chat.jinja;

import org.jspecify.annotations.NullMarked;
