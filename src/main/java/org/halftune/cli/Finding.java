package org.halftune.cli;

/**
 * One line of {@code halftune doctor}.
 *
 * @param found what is there, or that it is not
 * @param fix what to do; empty if nothing needs doing
 */
record Finding(Level level, String subject, String found, String fix) {

    enum Level {
        FINE,
        /** Missing, and training works without it. */
        MISSING,
        /** Nothing works before this is put right. */
        BLOCKING
    }

    static Finding fine(String subject, String found) {
        return new Finding(Level.FINE, subject, found, "");
    }

    static Finding missing(String subject, String found) {
        return new Finding(Level.MISSING, subject, found, "");
    }

    static Finding blocking(String subject, String found, String fix) {
        return new Finding(Level.BLOCKING, subject, found, fix);
    }

    boolean blocks() {
        return level == Level.BLOCKING;
    }

    String mark() {
        return switch (level) {
            case FINE -> "ok";
            case MISSING -> "-";
            case BLOCKING -> "NO";
        };
    }
}
