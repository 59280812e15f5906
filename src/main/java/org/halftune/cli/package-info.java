/**
 * The command line: parses flags and recipes, opens a backend, calls the package that does the work, prints the result.
 *
 * <p>May import all other packages; none imports it. Begin with {@link org.halftune.cli.Main}, then a
 * {@link org.halftune.cli.Command} such as {@link org.halftune.cli.TrainCommand}.
 */
@NullMarked
package org.halftune.cli;

import org.jspecify.annotations.NullMarked;
