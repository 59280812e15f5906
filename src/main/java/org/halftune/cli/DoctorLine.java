package org.halftune.cli;

/**
 * One line of {@code halftune doctor}.
 *
 * @param found what was found, or that it is missing
 * @param fix what to do; empty if nothing
 */
record DoctorLine(Level level, String subject, String found, String fix) {

    enum Level {
        FINE,
        /** Missing, but training works without it. */
        MISSING,
        /** Must be fixed before training works. */
        BLOCKING
    }

    static DoctorLine fine(String subject, String found) {
        return new DoctorLine(Level.FINE, subject, found, "");
    }

    static DoctorLine missing(String subject, String found) {
        return new DoctorLine(Level.MISSING, subject, found, "");
    }

    static DoctorLine blocking(String subject, String found, String fix) {
        return new DoctorLine(Level.BLOCKING, subject, found, fix);
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
