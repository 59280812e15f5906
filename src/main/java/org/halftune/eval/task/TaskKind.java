package org.halftune.eval.task;

import java.util.List;
import java.util.Optional;

/** What a task asks and measures. */
public sealed interface TaskKind {

    /** The name of the score that stands for the task. */
    String mainMetric();

    /**
     * {@code output_type: multiple_choice}: the answer is the choice whose text has the largest log-probability after the
     * prompt.
     *
     * @param choices {@code doc_to_choice}: gives the texts of the choices
     * @param target {@code doc_to_target}: gives the right choice: its index from 0, its text, or its label
     * @param normalized whether the main score is acc_norm, which divides by the length of the choice; else acc
     */
    record MultipleChoice(Field choices, Field target, boolean normalized) implements TaskKind {
        @Override
        public String mainMetric() {
            return normalized ? TaskScore.ACC_NORM : TaskScore.ACC;
        }
    }

    /**
     * {@code output_type: generate_until}: the model answers with greedy decoding.
     *
     * @param target {@code doc_to_target}: gives the expected answer, or a list of them
     * @param source {@code doc_to_source}: the text that was to be simplified, for SARI
     * @param until {@code generation_kwargs.until}: strings that end an answer; the model's end token always does
     * @param maxNewTokens {@code generation_kwargs.max_gen_toks}
     * @param answerPattern {@code answer_pattern}: a regular expression; what its first group finds in the generated text is
     *     the answer
     * @param metrics the scores; the first is the main one
     */
    record Generation(
            Field target,
            Optional<Field> source,
            List<String> until,
            int maxNewTokens,
            Optional<String> answerPattern,
            List<TextMetric> metrics)
            implements TaskKind {
        public Generation {
            until = List.copyOf(until);
            metrics = List.copyOf(metrics);
        }

        @Override
        public String mainMetric() {
            return metrics.getFirst().name();
        }
    }

    /**
     * {@code output_type: perplexity}: of rows or of a text file, as {@code eval --eval_file} measures it.
     *
     * @param maxLength {@code max_length}: length of a row or window; empty: the model's positions, at most 1024
     */
    record Perplexity(Optional<Integer> maxLength) implements TaskKind {
        @Override
        public String mainMetric() {
            return TaskScore.PERPLEXITY;
        }
    }
}
