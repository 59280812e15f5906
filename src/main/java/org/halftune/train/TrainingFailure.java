package org.halftune.train;

/**
 * A run that cannot go on although its input was fine: the loss is no number any more. The program prints it and ends with
 * exit code 1; the last checkpoint is untouched.
 */
public final class TrainingFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String fix;

    /**
     * @param what what happened, and at which step
     * @param fix what to try
     */
    public TrainingFailure(String what, String fix) {
        super(what + "; fix: " + fix);
        this.what = what;
        this.fix = fix;
    }

    public String what() {
        return what;
    }

    public String fix() {
        return fix;
    }

    /** The form in which the program prints it. */
    public String report() {
        return "halftune: " + what + "\n  fix  " + fix;
    }
}
