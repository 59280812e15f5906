package org.halftune.chat.jinja;

/** A template that cannot be parsed, or that failed on what it was given. */
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

    /** At a place that the node which is being evaluated knows. */
    static JinjaError of(String problem) {
        return new JinjaError(problem, 0, false);
    }

    static JinjaError at(int line, String problem) {
        return new JinjaError(problem, line, false);
    }

    /** {@code raise_exception}: the template refuses the conversation. */
    static JinjaError raisedByTemplate(String message) {
        return new JinjaError(message, 0, true);
    }

    /** The same, at this line if none is known yet. */
    JinjaError from(int here) {
        return line > 0 ? this : new JinjaError(problem, here, raised);
    }

    /** What is wrong; for {@link #raised} the template's own words. */
    public String problem() {
        return problem;
    }

    /** Line of the template, from 1; 0 if it has no place. */
    public int line() {
        return line;
    }

    /** Whether the template itself refuses, with {@code raise_exception}. */
    public boolean raised() {
        return raised;
    }
}
