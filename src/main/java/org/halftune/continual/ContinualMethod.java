package org.halftune.continual;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.halftune.optim.GradientConstraint;
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
        public Replay {
            requireMemory("replay_memory", memory);
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
            return "Replay: " + words(memory) + " of each earlier task"
                    + (share.isPresent()
                            ? ", " + number(100 * share.getAsDouble()) + " % of a round's rows"
                            : ", each once an epoch");
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

    /**
     * Gradient episodic memory (Lopez-Paz and Ranzato 2017, arXiv 1706.08840): a step's gradient may not raise the loss on the memory of
     * an earlier task, to first order.
     *
     * @param memory {@code --gem_memory}: rows to keep of each task, as in {@link Replay}
     * @param batch {@code --gem_batch}: rows of each memory that a step reads; empty: as many as a batch of the task
     * @param strength {@code --gem_strength}: see {@link GradientConstraint.EpisodicMemory}
     */
    record Gem(double memory, OptionalInt batch, double strength) implements ContinualMethod {
        public Gem {
            requireMemory("gem_memory", memory);
            if (batch.isPresent() && batch.getAsInt() < 1) {
                throw new InputError("--gem_batch " + batch.getAsInt() + " is below 1", "", "give a number of rows");
            }
            if (!(strength >= 0) || Double.isInfinite(strength)) {
                throw new InputError(
                        "--gem_strength " + strength + " is below 0", "", "give 0, or a number such as 0.5");
            }
        }

        @Override
        public String word() {
            return "gem";
        }

        @Override
        public String description() {
            return "GEM: a memory of " + words(memory) + " of each earlier task, "
                    + (batch.isPresent() ? batch.getAsInt() + " of them" : "a batch of each")
                    + " a step, strength " + number(strength);
        }
    }

    /** The memory of Replay and GEM unless one is given: 10 % of the rows, as in TRACE's replay. */
    double DEFAULT_MEMORY = 0.1;

    /**
     * Rows to keep of a task with {@code rows} rows: at least 1, at most all.
     *
     * @param memory a number of rows, or a fraction below 1
     */
    static int kept(double memory, int rows) {
        double wanted = memory < 1 ? Math.rint(memory * rows) : memory;
        return (int) Math.clamp(wanted, 1, rows);
    }

    private static void requireMemory(String flag, double memory) {
        if (memory > 0 && memory <= Integer.MAX_VALUE && (memory < 1 || memory == Math.rint(memory))) return;
        throw new InputError(
                "--" + flag + " " + memory + " is out of range",
                "",
                "give a number of rows, or a fraction below 1 of a task's rows");
    }

    private static String words(double memory) {
        return memory < 1 ? number(100 * memory) + " % of the rows" : number(memory) + " rows";
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString(Math.round(value))
                : String.format(Locale.ROOT, "%.4g", value).replaceAll("0+$", "");
    }
}
