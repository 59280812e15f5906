/**
 * The command line: reads flags and recipes, builds a backend, calls the package that does the work, prints its result.
 *
 * <p>The only package that may import all others; none imports it. Begin with {@link org.halftune.cli.Main}, then a
 * {@link org.halftune.cli.Command} such as {@link org.halftune.cli.TrainCommand}.
 */
@NullMarked
package org.halftune.cli;

import org.jspecify.annotations.NullMarked;
