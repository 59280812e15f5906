package org.halftune.chat.jinja;

/** A template cannot be parsed, or failed while rendering. */
public final class JinjaError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String problem;
    private final int line;
    private final boolean raised;

    private JinjaError(String problem, int line, boolean raised) {
        super(problem, null, false, false);
        this.problem = problem;
        this.line = line;
        this.raised = raised;
    }

    /** An error whose line is added by the node that is being evaluated ({@link #from}). */
    static JinjaError of(String problem) {
        return new JinjaError(problem, 0, false);
    }

    static JinjaError at(int line, String problem) {
        return new JinjaError(problem, line, false);
    }

    /** The template called {@code raise_exception}. */
    static JinjaError raisedByTemplate(String message) {
        return new JinjaError(message, 0, true);
    }

    /** The same error, with this line if it has none yet. */
    JinjaError from(int here) {
        return line > 0 ? this : new JinjaError(problem, here, raised);
    }

    /** The problem; for {@link #raised} errors, the template's message. */
    public String problem() {
        return problem;
    }

    /** Line of the template, from 1; 0 if unknown. */
    public int line() {
        return line;
    }

    /** Whether the template called {@code raise_exception}. */
    public boolean raised() {
        return raised;
    }
}
