package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.halftune.chat.jinja.Expression.Passed;
import org.halftune.chat.jinja.Token.Kind;

/**
 * Parses the operands of expressions: literals, names and brackets, with attributes, items, calls, filters and tests after
 * them.
 */
final class OperandParser {
    private static final Passed NOTHING = new Passed(List.of(), new LinkedHashMap<>());

    private final TokenReader tokens;
    private final ExpressionParser expressions;

    OperandParser(TokenReader tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /** A literal, a name, or an expression in brackets. */
    Expression primary() {
        var token = tokens.next();
        int line = token.line();
        return switch (token.kind()) {
            case NAME ->
                switch (token.text()) {
                    case "true", "True" -> new Expression.Constant(line, true);
                    case "false", "False" -> new Expression.Constant(line, false);
                    case "none", "None" -> new Expression.Constant(line, null);
                    default -> new Expression.Name(line, token.text());
                };
            case STRING -> {
                var text = new StringBuilder(token.text());
                while (tokens.current().kind() == Kind.STRING)
                    text.append(tokens.next().text());
                yield new Expression.Constant(line, text.toString());
            }
            case NUMBER -> new Expression.Constant(line, token.number());
            case OPERATOR -> bracketed(token);
            default -> throw JinjaError.at(line, "expected an expression, found " + token.described());
        };
    }

    private Expression bracketed(Token open) {
        return switch (open.text()) {
            case "(" -> parenthesized(open.line());
            case "[" -> list(open.line());
            case "{" -> dict(open.line());
            default -> throw JinjaError.at(open.line(), "expected an expression, found " + open.described());
        };
    }

    private Expression parenthesized(int line) {
        if (tokens.skip(")")) return new Expression.ListOf(line, List.of(), true);
        tokens.enter();
        var inside = expressions.tuple();
        tokens.leave();
        tokens.expect(")");
        return inside;
    }

    private Expression list(int line) {
        var items = new ArrayList<Expression>();
        while (!tokens.skip("]")) {
            if (!items.isEmpty()) {
                tokens.expect(",");
                if (tokens.skip("]")) break;
            }
            items.add(expressions.expression());
        }
        return new Expression.ListOf(line, items, false);
    }

    private Expression dict(int line) {
        var keys = new ArrayList<Expression>();
        var values = new ArrayList<Expression>();
        while (!tokens.skip("}")) {
            if (!keys.isEmpty()) {
                tokens.expect(",");
                if (tokens.skip("}")) break;
            }
            keys.add(expressions.expression());
            tokens.expect(":");
            values.add(expressions.expression());
        }
        return new Expression.DictOf(line, keys, values);
    }

    /** Attributes, items and calls after an operand. */
    Expression postfix(Expression object) {
        var result = object;
        while (true) {
            int line = tokens.current().line();
            if (tokens.skip(".")) {
                var name = tokens.next();
                if (name.kind() == Kind.NAME) {
                    result = new Expression.Attribute(line, result, name.text());
                } else if (name.number() instanceof Long index) {
                    result = new Expression.Item(line, result, new Expression.Constant(line, index));
                } else {
                    throw JinjaError.at(line, "expected a name or number after '.', found " + name.described());
                }
            } else if (tokens.skip("[")) {
                result = subscript(line, result);
            } else if (tokens.current().is("(")) {
                result = new Expression.Call(line, result, passed());
            } else {
                return result;
            }
        }
    }

    private Expression subscript(int line, Expression object) {
        Expression from = tokens.current().is(":") ? null : expressions.expression();
        if (from != null && tokens.skip("]")) return new Expression.Item(line, object, from);
        tokens.expect(":");
        Expression to = tokens.current().is(":") || tokens.current().is("]") ? null : expressions.expression();
        Expression step = tokens.skip(":") && !tokens.current().is("]") ? expressions.expression() : null;
        tokens.expect("]");
        return new Expression.Slice(line, object, from, to, step);
    }

    /** Filters, tests and calls after an operand. */
    Expression filtered(Expression input) {
        var result = input;
        while (true) {
            var token = tokens.current();
            if (token.is("|")) {
                tokens.next();
                result = filter(result);
            } else if (token.isName("is")) {
                result = test(result);
            } else if (token.is("(")) {
                result = new Expression.Call(token.line(), result, passed());
            } else {
                return result;
            }
        }
    }

    /** A filter, after its {@code |}. */
    Expression filter(Expression input) {
        var name = tokens.expect(Kind.NAME, "the name of a filter");
        // safe turns off HTML escaping, which chat templates do not have; it matters only when joined with other text.
        boolean last = tokens.current().kind() == Kind.VARIABLE_END;
        if (name.text().equals("safe") && last) return input;
        var filter = Filters.find(name.text());
        if (filter == null) throw JinjaError.at(name.line(), "the filter '" + name.text() + "' is not supported");
        return new Expression.Filtered(
                name.line(), input, filter, tokens.current().is("(") ? passed() : NOTHING);
    }

    private Expression test(Expression input) {
        int line = tokens.next().line();
        boolean negated = tokens.skipName("not");
        var name = tokens.expect(Kind.NAME, "the name of a test");
        var test = Tests.find(name.text());
        if (test == null) throw JinjaError.at(line, "the test '" + name.text() + "' is not supported");
        var tested = new Expression.Tested(line, input, test, testArguments());
        return negated ? new Expression.Not(line, tested) : tested;
    }

    private Passed testArguments() {
        var token = tokens.current();
        if (token.is("(")) return passed();
        boolean operand = switch (token.kind()) {
            case NAME -> !Set.of("else", "or", "and").contains(token.text());
            case STRING, NUMBER -> true;
            case OPERATOR -> token.is("[") || token.is("{");
            default -> false;
        };
        if (!operand) return NOTHING;
        if (token.isName("is")) throw JinjaError.at(token.line(), "tests with 'is' cannot be chained");
        return new Passed(List.of(postfix(primary())), new LinkedHashMap<>());
    }

    private Passed passed() {
        tokens.expect("(");
        var positional = new ArrayList<Expression>();
        var named = new LinkedHashMap<String, Expression>();
        boolean first = true;
        while (!tokens.skip(")")) {
            if (!first) {
                tokens.expect(",");
                if (tokens.skip(")")) break;
            }
            first = false;
            var token = tokens.current();
            if (token.is("*") || token.is("**"))
                throw JinjaError.at(token.line(), token.text() + " before an argument is not supported");
            String name = token.kind() == Kind.NAME && tokens.following().is("=") ? token.text() : null;
            if (name == null) {
                if (!named.isEmpty()) throw JinjaError.at(token.line(), "positional argument follows keyword argument");
                positional.add(expressions.expression());
                continue;
            }
            tokens.next();
            tokens.next();
            if (named.put(name, expressions.expression()) != null)
                throw JinjaError.at(token.line(), "duplicate argument '" + name + "'");
        }
        return positional.isEmpty() && named.isEmpty() ? NOTHING : new Passed(positional, named);
    }
}
