package org.halftune.recipe;

import java.nio.file.Path;

/** File and line of a key; lines count from 1. */
public record KeyLocation(Path file, int line) {

    /** {@code recipe.yaml, line 3}. */
    @Override
    public String toString() {
        return file + ", line " + line;
    }

    /** {@code recipe.yaml:3}, as editors read it. */
    public String brief() {
        return file.getFileName() + ":" + line;
    }
}
