/**
 * An invented world, and everything that the bundled model learns from it: a corpus, held-out text, a knowledge test,
 * new tasks and a tokenizer. Runs without a build, by {@code java models/world/GenerateWorld.java}.
 *
 * <p>Imports nothing but the JDK. Begin with {@link world.GenerateWorld}, then {@link world.World} and {@link
 * world.Relation}.
 */
@NullMarked
package world;

import org.jspecify.annotations.NullMarked;
