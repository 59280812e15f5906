package org.halftune.continual;

import java.util.Locale;
import java.util.OptionalDouble;
import org.halftune.problem.InputError;

/** What a round does about the tasks before it. */
public sealed interface ContinualMethod {

    /** The word of {@code --continual_method}. */
    String word();

    /** One line for the first lines of a run. */
    String description();

    /** Sequential fine-tuning: nothing. */
    record SeqFt() implements ContinualMethod {
        @Override
        public String word() {
            return "seqft";
        }

        @Override
        public String description() {
            return "SeqFT: each round trains on its task alone";
        }
    }

    /**
     * Replay: rows of the earlier tasks are mixed into the task's rows. TRACE keeps 10 % of each task (arXiv 2310.06762).
     *
     * @param memory {@code --replay_memory}: rows to keep of each task, drawn by the seed; below 1 a fraction of its rows
     * @param share {@code --replay_share}: fraction of a round's rows that come from the memory; empty: each row of the memory is used
     *     once an epoch
     */
    record Replay(double memory, OptionalDouble share) implements ContinualMethod {
        public static final double DEFAULT_MEMORY = 0.1;

        public Replay {
            if (!(memory > 0) || memory > Integer.MAX_VALUE || (memory >= 1 && memory != Math.rint(memory))) {
                throw new InputError(
                        "--replay_memory " + memory + " is out of range",
                        "",
                        "give a number of rows, or a fraction below 1 of a task's rows");
            }
            if (share.isPresent() && !(share.getAsDouble() > 0 && share.getAsDouble() < 1)) {
                throw new InputError(
                        "--replay_share " + share.getAsDouble() + " is out of range",
                        "",
                        "give a fraction between 0 and 1");
            }
        }

        @Override
        public String word() {
            return "replay";
        }

        @Override
        public String description() {
            String kept = memory < 1
                    ? String.format(Locale.ROOT, "%s %% of the rows", number(100 * memory))
                    : number(memory) + " rows";
            return "Replay: " + kept + " of each earlier task"
                    + (share.isPresent()
                            ? ", " + number(100 * share.getAsDouble()) + " % of a round's rows"
                            : ", each once an epoch");
        }

        private static String number(double value) {
            return value == Math.rint(value)
                    ? Long.toString(Math.round(value))
                    : String.format(Locale.ROOT, "%.4g", value).replaceAll("0+$", "");
        }

        /** Rows to keep of a task with {@code rows} rows: at least 1, at most all. */
        int kept(int rows) {
            double wanted = memory < 1 ? Math.rint(memory * rows) : memory;
            return (int) Math.clamp(wanted, 1, rows);
        }

        /**
         * Rows of an epoch that come from the memory of each earlier task. The rows that {@link #share} asks for are divided evenly, as
         * far as whole rows allow: the first tasks get one more.
         *
         * @param kept rows in the memory of each earlier task
         * @param own rows of the round's own task
         */
        int[] replayed(int[] kept, int own) {
            if (share.isEmpty()) return kept.clone();
            double s = share.getAsDouble();
            long total = Math.max(kept.length, Math.round(own * s / (1 - s)));
            if (total > Integer.MAX_VALUE - own) {
                throw new InputError("--replay_share " + s + " gives too many rows", "", "lower it");
            }
            var replayed = new int[kept.length];
            for (int i = 0; i < kept.length; i++) {
                replayed[i] = (int) (total / kept.length + (i < total % kept.length ? 1 : 0));
            }
            return replayed;
        }
    }
}
