package org.halftune.reset;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.halftune.backend.Backend;
import org.halftune.data.ExampleEncoder;
import org.halftune.data.FolderTemplate;
import org.halftune.data.ModelLimits;
import org.halftune.data.Tokenizer;
import org.halftune.eval.AnswerForm;
import org.halftune.eval.EvalEncoding;
import org.halftune.eval.EvalListener;
import org.halftune.eval.EvalRows;
import org.halftune.eval.FileScore;
import org.halftune.eval.Metric;
import org.halftune.eval.Scorer;
import org.halftune.eval.task.NamedScore;
import org.halftune.model.Parameters;
import org.halftune.pretrained.ContentDigest;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;

/** Scores models on files of rows by perplexity and exact match, as {@code halftune eval} does. */
public final class FileScorer implements ModelScorer {

    /**
     * What is measured.
     *
     * @param files data files, folders of them, or {@code .txt} files; at least one
     * @param batchSize number of questions answered together
     * @param limit the most rows of each file; 0 for all
     */
    public record Options(
            List<Path> files, EvalEncoding encoding, Metric metric, AnswerForm form, int batchSize, int limit) {
        public Options {
            files = List.copyOf(files);
        }
    }

    private final Backend backend;
    private final Tokenizer tokenizer;
    private final Options options;
    private final EvalListener listener;
    private final Map<String, EvalRows> rows = new LinkedHashMap<>();

    private FileScorer(Backend backend, Tokenizer tokenizer, Options options, EvalListener listener) {
        this.backend = backend;
        this.tokenizer = tokenizer;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Reads all rows.
     *
     * @param model gives tokenizer and chat template
     * @throws InputError if a file cannot be read, or its rows cannot be used
     */
    public static FileScorer open(Backend backend, PretrainedFolder model, Options options, EvalListener listener) {
        for (var file : options.files()) {
            if (!Files.exists(file)) {
                throw new InputError("the data file does not exist", file.toString(), "check the path");
            }
        }
        var tokenizer = Tokenizer.openIfThere(model.path(), model.config().vocabSize());
        var scorer = new FileScorer(backend, tokenizer, options, listener);
        try {
            scorer.read(model);
            return scorer;
        } catch (RuntimeException | Error e) {
            scorer.close();
            throw e;
        }
    }

    private void read(PretrainedFolder model) {
        var config = model.config();
        var limits = new ModelLimits(config.vocabSize(), config.maxPositions());
        var template = FolderTemplate.open(
                model.path(), options.encoding().chatTemplate(), tokenizer, LocalDateTime.now(ZoneId.systemDefault()));
        var encoder = new ExampleEncoder(tokenizer, template, options.encoding().within(limits), limits);
        for (var file : options.files()) {
            var read =
                    EvalRows.read(file, encoder, tokenizer, config.maxPositions(), options.limit(), options.metric());
            Scorer.check(file.toString(), read, options.metric(), config.maxPositions());
            read.notices().forEach(listener::notice);
            if (rows.put(file.toString(), read) != null) {
                throw new InputError("--eval_file names a file twice", file.toString(), "name it once");
            }
        }
    }

    @Override
    public String fingerprint() {
        var digest = ContentDigest.sha256();
        try (var out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
            out.writeUTF(options.metric() + " " + options.form());
            for (var file : rows.entrySet()) write(out, file.getKey(), file.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public Map<String, String> flags() {
        var flags = new LinkedHashMap<String, String>();
        flags.put("--eval_file", String.join(" ", rows.keySet()));
        flags.put("--limit", String.valueOf(options.limit()));
        flags.put("--metric", options.metric().name().toLowerCase(Locale.ROOT));
        return flags;
    }

    private static void write(DataOutputStream out, String file, EvalRows rows) throws IOException {
        out.writeUTF(file);
        out.writeInt(rows.examples().size());
        for (var example : rows.examples()) {
            write(out, example.inputIds());
            write(out, example.labels());
        }
        for (var question : rows.questions()) {
            write(out, question.promptIds());
            out.writeInt(question.reference().hashCode());
            out.writeInt(question.endOfTurn().orElse(-1));
        }
    }

    private static void write(DataOutputStream out, int[] ids) throws IOException {
        out.writeInt(ids.length);
        for (int id : ids) out.writeInt(id);
    }

    @Override
    public List<Scores> score(Parameters model) {
        var scorer = new Scorer(backend, model, tokenizer, options.batchSize(), options.form(), listener);
        var scores = new ArrayList<Scores>();
        rows.forEach((file, read) -> scores.add(scores(file, scorer.score(file, read, options.metric()))));
        return scores;
    }

    private static Scores scores(String file, FileScore score) {
        var figures = new ArrayList<NamedScore>();
        var perplexity = score.perplexity();
        if (perplexity != null) {
            figures.add(new NamedScore("loss", perplexity.loss(), Double.NaN, false));
            figures.add(new NamedScore("perplexity", perplexity.perplexity(), Double.NaN, false));
        }
        var match = score.exactMatch();
        if (match != null) figures.add(new NamedScore("exact_match", match.score(), Double.NaN, true));
        return new Scores(file, figures);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
