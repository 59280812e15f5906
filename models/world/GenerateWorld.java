package world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the bundled model's data into a folder: {@code java models/world/GenerateWorld.java [FOLDER]} (default {@code
 * models}).
 *
 * <p>The same program writes the same bytes everywhere; what of it is in the repository is checked by {@code
 * WorldTest}.
 */
public final class GenerateWorld {

    private GenerateWorld() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 1 || (arguments.length == 1 && arguments[0].startsWith("-"))) {
            System.err.println("usage: java models/world/GenerateWorld.java [FOLDER]   (default: models)");
            System.exit(2);
        }
        Path folder = Path.of(arguments.length == 1 ? arguments[0] : "models");
        if (arguments.length == 0 && !Files.isDirectory(folder)) {
            System.err.println(
                    "GenerateWorld: no folder models/ here\n  fix run it from the project's root, or name a folder");
            System.exit(2);
        }
        Library library = Library.of(Library.SEED);
        Output.write(folder, library.keptFiles());
        Output.write(folder, library.corpusFiles());
        System.out.printf(
                "%d facts, %d documents, %d tasks, %d tokens in the vocabulary -> %s%n",
                library.exam().items().size(),
                library.corpus().training().size(),
                library.tasks().size(),
                library.tokenizer().vocabulary().size(),
                folder);
    }
}
