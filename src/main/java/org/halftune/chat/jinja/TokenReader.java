package org.halftune.chat.jinja;

import java.util.List;
import org.halftune.chat.jinja.Token.Kind;

/** The tokens of a template with a read position, shared by both parsers. Limits the depth of nesting. */
final class TokenReader {
    /** jinja2's parser fails at about 70 levels. */
    private static final int MAX_DEPTH = 100;

    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    Token following() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        var token = current();
        if (token.kind() != Kind.END) at++;
        return token;
    }

    boolean skip(String operator) {
        if (!current().is(operator)) return false;
        at++;
        return true;
    }

    boolean skipName(String name) {
        if (!current().isName(name)) return false;
        at++;
        return true;
    }

    void expect(String operator) {
        if (!skip(operator)) throw unexpected("'" + operator + "'");
    }

    Token expect(Kind kind, String described) {
        if (current().kind() != kind) throw unexpected(described);
        return next();
    }

    JinjaError unexpected(String wanted) {
        return JinjaError.at(
                current().line(), "expected " + wanted + ", found " + current().described());
    }

    void enter() {
        if (++depth > MAX_DEPTH)
            throw JinjaError.at(current().line(), "the template is nested more than " + MAX_DEPTH + " levels deep");
    }

    void leave() {
        depth--;
    }
}
