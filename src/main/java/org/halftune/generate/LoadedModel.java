package org.halftune.generate;

import java.nio.file.Path;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.data.Tokenizer;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.pretrained.PretrainedFolder;

/** A model folder ready to read and write text: its weights on a backend, without gradients, and its tokenizer. */
public final class LoadedModel implements AutoCloseable {
    private final Weights weights;
    private final Parameters parameters;
    private final Tokenizer tokenizer;

    private LoadedModel(Weights weights, Parameters parameters, Tokenizer tokenizer) {
        this.weights = weights;
        this.parameters = parameters;
        this.tokenizer = tokenizer;
    }

    /**
     * Loads a folder.
     *
     * @throws org.halftune.problem.InputError if the folder, its weights or its tokenizer cannot be used
     */
    public static LoadedModel open(Backend backend, Path folder) {
        try (var files = PretrainedFolder.open(folder)) {
            var tokenizer = Tokenizer.open(folder);
            try {
                tokenizer.checkFits(files.config().vocabSize(), folder);
                var weights = Weights.load(backend, files.config(), files.source());
                return new LoadedModel(weights, Parameters.of(backend, weights, Set.of()), tokenizer);
            } catch (RuntimeException | Error e) {
                tokenizer.close();
                throw e;
            }
        }
    }

    public Parameters parameters() {
        return parameters;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public void close() {
        tokenizer.close();
        parameters.close();
        weights.close();
    }
}
