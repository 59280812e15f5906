package org.halftune.eval.task;

import java.util.Optional;

/** Keeps the parts of a task that are done, so that an evaluation that was killed continues. */
public interface PartStore {

    /** Keeps nothing. */
    PartStore NONE = new PartStore() {
        @Override
        public int kept() {
            return 0;
        }

        @Override
        public Optional<Part> read(int part) {
            return Optional.empty();
        }

        @Override
        public void write(int part, Part done) {}
    };

    /** Number of parts that were done before. */
    int kept();

    /** A part that was done before, with the same model, task and rows. */
    Optional<Part> read(int part);

    void write(int part, Part done);
}
