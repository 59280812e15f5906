package org.halftune.report;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * One training as data: what its page shows.
 *
 * @param title the name of the output folder
 * @param summary what was trained on what, in a sentence
 * @param progress how far it is, or how it ended
 * @param steps logged rows, ascending
 * @param evaluations ascending; may be empty
 * @param trainable what learns, by category
 * @param matrices which matrices learn, by kind
 * @param settings under their headings
 */
public record TrainingReport(
        String title,
        String summary,
        Instant writtenAt,
        String programVersion,
        Progress progress,
        List<Step> steps,
        List<Evaluation> evaluations,
        MethodResult.Trainable trainable,
        List<Kind> matrices,
        MemoryUse memory,
        List<Settings> settings) {

    public TrainingReport {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(progress, "progress");
        steps = List.copyOf(steps);
        evaluations = List.copyOf(evaluations);
        matrices = List.copyOf(matrices);
        settings = List.copyOf(settings);
    }

    /** The state of a run when the page was written. */
    public enum State {
        RUNNING,
        DONE,
        STOPPED,
        FAILED
    }

    /**
     * How far the run is.
     *
     * @param words what ended it, or where its checkpoint is; may be empty
     */
    public record Progress(State state, int step, int totalSteps, String words) {}

    /**
     * A row of the log: a mean over the steps since the row before.
     *
     * @param loss nats a token
     * @param gradNorm of the last step, before clipping
     */
    public record Step(int step, double loss, double gradNorm, double learningRate, double tokensPerSecond) {}

    /** @param loss nats a token, over all rows to evaluate on */
    public record Evaluation(int step, double loss) {}

    /**
     * A kind of matrix, such as {@code q_proj}, in every layer.
     *
     * @param learns by layer, from 0
     */
    public record Kind(String name, List<Boolean> learns) {
        public Kind {
            learns = List.copyOf(learns);
        }
    }

    /** Settings under a heading. */
    public record Settings(String heading, List<Setting> settings) {
        public Settings {
            settings = List.copyOf(settings);
        }
    }

    /** A name and its value; blank values are not shown. */
    public record Setting(String name, String value) {}
}
