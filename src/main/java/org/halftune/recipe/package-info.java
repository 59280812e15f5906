/**
 * Recipe files: what a key of TRL, transformers or LLaMA-Factory means here.
 *
 * <p>{@link org.halftune.recipe.RecipeFile} reads a file into entries; {@link org.halftune.recipe.Translation} looks each up in the
 * {@link org.halftune.recipe.RuleTable}s, which are data ({@code trl.txt}, {@code llamafactory.txt}). Knows no flags and runs nothing:
 * {@code cli} gives the values to flags. Begin with {@link org.halftune.recipe.Translation}.
 */
@NullMarked
package org.halftune.recipe;

import org.jspecify.annotations.NullMarked;
