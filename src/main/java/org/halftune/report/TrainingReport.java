package org.halftune.report;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The data of a training's report.
 *
 * @param title the name of the output folder
 * @param summary one sentence: model, method and rows
 * @param progress how far the run is, or how it ended
 * @param loss what the loss is, {@code Loss in nats per token}
 * @param steps logged rows, ascending
 * @param evaluations ascending; may be empty
 * @param trainable trainable parameters by category
 * @param matrices trained matrices by kind
 * @param settings by heading
 */
public record TrainingReport(
        String title,
        String summary,
        Instant writtenAt,
        String programVersion,
        Progress progress,
        String loss,
        List<Step> steps,
        List<Evaluation> evaluations,
        MethodResult.Trainable trainable,
        List<Kind> matrices,
        MemoryUse memory,
        List<SettingsSection> settings) {

    public TrainingReport {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(progress, "progress");
        steps = List.copyOf(steps);
        evaluations = List.copyOf(evaluations);
        matrices = List.copyOf(matrices);
        settings = List.copyOf(settings);
    }

    /** The state of the run when the report was written. */
    public enum State {
        RUNNING,
        DONE,
        STOPPED,
        FAILED
    }

    /**
     * How far the run is.
     *
     * @param words why it ended, or where its checkpoint is; may be empty
     */
    public record Progress(State state, int step, int totalSteps, String words) {}

    /**
     * Training metrics of one logging interval.
     *
     * @param loss mean over the interval
     * @param gradNorm of the last step, before clipping
     */
    public record Step(int step, double loss, double gradNorm, double learningRate, double tokensPerSecond) {}

    /** @param loss mean over all evaluation rows */
    public record Evaluation(int step, double loss) {}

    /**
     * A kind of matrix, such as {@code q_proj}.
     *
     * @param learns whether it is trained, by layer from 0
     */
    public record Kind(String name, List<Boolean> learns) {
        public Kind {
            learns = List.copyOf(learns);
        }
    }

    /** Settings under a heading. */
    public record SettingsSection(String heading, List<Setting> settings) {
        public SettingsSection {
            settings = List.copyOf(settings);
        }
    }

    /** A name and its value; settings with blank values are not shown. */
    public record Setting(String name, String value) {}
}
