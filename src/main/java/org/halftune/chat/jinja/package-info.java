/**
 * The subset of Jinja that chat templates use, with exactly the output of Python's jinja2: trim and lstrip blocks, loop
 * controls, {@code {% generation %}}, and Python's values, operators, methods and printing. Unsupported syntax is an
 * error with its line.
 *
 * <p>Templates are sandboxed: they have no access to Java objects, and their steps, output and depth are limited. Does
 * not depend on conversations. Begin with {@link org.halftune.chat.jinja.Template}; {@link
 * org.halftune.chat.jinja.Expression} and {@link org.halftune.chat.jinja.Statement} are the syntax tree with its
 * evaluation.
 */
@NullMarked
package org.halftune.chat.jinja;

import org.jspecify.annotations.NullMarked;
