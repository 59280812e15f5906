/**
 * Recipe files, also those of TRL, transformers and LLaMA-Factory.
 *
 * <p>{@link org.halftune.recipe.RecipeFile} reads a file into entries; {@link org.halftune.recipe.Translation} looks each up in the
 * {@link org.halftune.recipe.RuleTable}s, which are data ({@code trl.txt}, {@code llamafactory.txt}). The package {@code cli} sets the
 * flags. Begin with {@link org.halftune.recipe.Translation}.
 */
@NullMarked
package org.halftune.recipe;

import org.jspecify.annotations.NullMarked;
