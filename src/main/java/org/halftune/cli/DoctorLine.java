package org.halftune.cli;

/**
 * One line of {@code halftune doctor}.
 *
 * @param found what is there, or that it is not
 * @param fix what to do; empty if nothing needs doing
 */
record DoctorLine(Level level, String subject, String found, String fix) {

    enum Level {
        FINE,
        /** Missing, and training works without it. */
        MISSING,
        /** Nothing works before this is put right. */
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
