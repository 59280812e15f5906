package org.halftune.generate;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.data.Tokenizer;
import org.halftune.files.FileProblem;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;

/**
 * A model loaded for inference: weights on a backend, without gradients, and the tokenizer. A folder without a
 * tokenizer can be used for token ids only.
 */
public final class LoadedModel implements AutoCloseable {
    private final Weights weights;
    private final Parameters parameters;
    private final Tokenizer tokenizer;
    private final List<String> notices;

    private LoadedModel(Weights weights, Parameters parameters, Tokenizer tokenizer, List<String> notices) {
        this.notices = notices;
        this.weights = weights;
        this.parameters = parameters;
        this.tokenizer = tokenizer;
    }

    /**
     * Loads a model folder.
     *
     * @throws InputError if the folder, its weights or its tokenizer cannot be used, or there is too little memory
     */
    public static LoadedModel open(Backend backend, Path folder) {
        try (var files = PretrainedFolder.open(folder)) {
            var tokenizer = Tokenizer.openIfThere(folder, files.config().vocabSize());
            try {
                checkMemory(backend, files);
                var weights = Weights.load(backend, files.config(), Set.of(), files.source());
                var parameters = Parameters.of(backend, weights);
                return new LoadedModel(weights, parameters, tokenizer, files.notices());
            } catch (RuntimeException | Error e) {
                tokenizer.close();
                throw e;
            }
        }
    }

    /** Checks before allocating: otherwise the operating system may kill the process without a message. */
    private static void checkMemory(Backend backend, PretrainedFolder folder) {
        int bytes = backend.storage().bytes();
        long needed = bytes
                * ParameterSpec.all(folder.config()).stream()
                        .mapToLong(ParameterSpec::elements)
                        .sum();
        long available = backend.availableBytes();
        if (needed <= available) return;
        throw new InputError(
                "the weights need " + FileProblem.size(needed) + " of memory as " + backend.storage() + ", but only "
                        + FileProblem.size(available) + " is available",
                folder.path().toString(),
                "free some memory, or use a model of at most " + available / bytes / 1_000_000 + " M parameters");
    }

    public Parameters parameters() {
        return parameters;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Notices about the folder for the user. */
    public List<String> notices() {
        return notices;
    }

    @Override
    public void close() {
        tokenizer.close();
        parameters.close();
        weights.close();
    }
}
