package org.halftune.eval.task;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.model.Decoder;
import org.halftune.model.Parameters;

/**
 * The log-probability of each choice after its prompt. A prompt passes through the model once: its keys and values stay in
 * the cache, and the choices follow it one after another.
 *
 * <p>On the CPU questions pass one by one, so a result has the same bits for any batch size and order: a prompt alone fills the
 * products. On a GPU questions share passes, and a result depends on the others by the rounding of the products.
 */
final class ChoiceScorer {
    /** Maximum size of the cache, as in generation. */
    private static final long MAX_CACHE_BYTES = 1L << 29;
    /** Rows of logits at one time. */
    private static final int LOGIT_ROWS = 64;

    private final Backend backend;
    private final Parameters parameters;
    private final int batchSize;

    ChoiceScorer(Backend backend, Parameters parameters, int batchSize) {
        this.backend = backend;
        this.parameters = parameters;
        this.batchSize = batchSize;
    }

    /**
     * @param progress receives the number of questions done
     * @return the log-likelihoods in nats of each question's choices: sums over the choice's tokens
     */
    List<double[]> logLikelihoods(List<EncodedQuestion> questions, IntConsumer progress) {
        var all = new ArrayList<double[]>();
        if (questions.isEmpty()) return all;
        int positions =
                questions.stream().mapToInt(EncodedQuestion::length).max().orElseThrow();
        int rows = rows(questions.size(), positions);
        try (var decoder = new Decoder(backend, parameters, rows, positions, Math.max(rows, LOGIT_ROWS))) {
            for (int from = 0; from < questions.size(); from += rows) {
                all.addAll(together(decoder, questions.subList(from, Math.min(from + rows, questions.size()))));
                progress.accept(all.size());
            }
        }
        return all;
    }

    private static List<double[]> together(Decoder decoder, List<EncodedQuestion> questions) {
        decoder.prefill(questions.stream().map(EncodedQuestion::prompt).toList());
        int most = questions.stream().mapToInt(q -> q.choices().size()).max().orElseThrow();
        var sums = questions.stream().map(q -> new double[q.choices().size()]).toList();
        // The logits after the prompts serve the first token of every choice; later passes overwrite them.
        for (int c = 0; c < most; c++) {
            int choice = c;
            float[] losses = decoder.losses(questions.stream()
                    .mapToInt(q -> choice < q.choices().size() ? q.choices().get(choice)[0] : 0)
                    .toArray());
            for (int q = 0; q < losses.length; q++) if (c < sums.get(q).length) sums.get(q)[c] = -losses[q];
        }
        for (int c = 0; c < most; c++) {
            int choice = c;
            int[] longer = IntStream.range(0, questions.size())
                    .filter(q -> choice < sums.get(q).length
                            && questions.get(q).choices().get(choice).length > 1)
                    .toArray();
            var texts = IntStream.of(longer)
                    .mapToObj(q -> questions.get(q).choices().get(choice))
                    .toList();
            var losses = decoder.lossesAfter(longer, texts);
            for (int i = 0; i < longer.length; i++) for (float loss : losses.get(i)) sums.get(longer[i])[c] -= loss;
        }
        return sums;
    }

    private int rows(int questions, int positions) {
        boolean onHost = backend.padding() == 1;
        if (onHost) return 1;
        var config = parameters.config();
        long sequence = 2L
                * config.layers()
                * config.keyValueWidth()
                * backend.storage().bytes()
                * positions;
        return Math.clamp(MAX_CACHE_BYTES / sequence, 1, Math.min(batchSize, questions));
    }
}
