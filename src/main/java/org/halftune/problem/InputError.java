package org.halftune.problem;

/**
 * Something the user gave cannot be used: a file, a field, a flag, a tensor. The program prints its three parts and ends
 * with exit code 2; nothing has been half-written when it is thrown.
 */
public final class InputError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String where;
    private final String fix;

    /**
     * @param what the one fact that is wrong, with the values that show it
     * @param where file, line, field, flag or tensor; empty if {@code what} says it
     * @param fix what the user can do; empty if nothing better than "correct it" can be said
     */
    public InputError(String what, String where, String fix) {
        super(what + (where.isEmpty() ? "" : " (in " + where + ")") + (fix.isEmpty() ? "" : "; fix: " + fix));
        this.what = what;
        this.where = where;
        this.fix = fix;
    }

    public String what() {
        return what;
    }

    public String where() {
        return where;
    }

    public String fix() {
        return fix;
    }

    /** The form in which the program prints it: a headline, then {@code in} and {@code fix} lines. */
    public String report() {
        var text = new StringBuilder("halftune: ").append(what);
        if (!where.isEmpty()) text.append("\n  in   ").append(where);
        if (!fix.isEmpty()) text.append("\n  fix  ").append(fix);
        return text.toString();
    }
}
