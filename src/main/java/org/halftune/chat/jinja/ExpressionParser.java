package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.halftune.chat.jinja.Expression.Passed;
import org.halftune.chat.jinja.Token.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions with jinja2's precedence: {@code if}, or, and, not, comparisons, + -, ~, * / // %, **, unary,
 * filters and tests.
 */
final class ExpressionParser {
    private static final Passed NOTHING = new Passed(List.of(), new LinkedHashMap<>());
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final TokenReader tokens;

    ExpressionParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    /** One expression, or several separated by commas: a tuple. */
    Expression tuple() {
        return tuple(true);
    }

    /** Like {@link #tuple}, but stops at {@code if}. */
    Expression tupleBeforeIf() {
        return tuple(false);
    }

    private Expression tuple(boolean conditional) {
        int line = tokens.current().line();
        var items = new ArrayList<Expression>();
        boolean comma = false;
        while (!tupleEnds()) {
            items.add(conditional ? expression() : or());
            if (!tokens.skip(",")) break;
            comma = true;
        }
        if (!comma && items.size() == 1) return items.getFirst();
        if (items.isEmpty()) throw tokens.unexpected("an expression");
        return new Expression.ListOf(line, items, true);
    }

    private boolean tupleEnds() {
        var token = tokens.current();
        return token.kind() == Kind.VARIABLE_END
                || token.kind() == Kind.BLOCK_END
                || token.is(")")
                || token.isName("recursive");
    }

    Expression expression() {
        tokens.enter();
        var then = or();
        while (tokens.current().isName("if")) {
            int line = tokens.next().line();
            var test = or();
            var otherwise = tokens.skipName("else") ? expression() : null;
            then = new Expression.Conditional(line, test, then, otherwise);
        }
        tokens.leave();
        return then;
    }

    private Expression or() {
        var left = and();
        while (tokens.current().isName("or"))
            left = new Expression.Logical(tokens.next().line(), false, left, and());
        return left;
    }

    private Expression and() {
        var left = not();
        while (tokens.current().isName("and"))
            left = new Expression.Logical(tokens.next().line(), true, left, not());
        return left;
    }

    private Expression not() {
        if (!tokens.current().isName("not")) return comparison();
        int line = tokens.next().line();
        tokens.enter();
        var operand = not();
        tokens.leave();
        return new Expression.Not(line, operand);
    }

    private Expression comparison() {
        int line = tokens.current().line();
        var first = sum();
        var operators = new ArrayList<String>();
        var others = new ArrayList<Expression>();
        while (true) {
            var token = tokens.current();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                operators.add(tokens.next().text());
            } else if (token.isName("in")) {
                tokens.next();
                operators.add("in");
            } else if (token.isName("not") && tokens.following().isName("in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                break;
            }
            others.add(sum());
        }
        return operators.isEmpty() ? first : new Expression.CompareChain(line, first, operators, others);
    }

    private Expression sum() {
        var left = concatenation();
        while (tokens.current().is("+") || tokens.current().is("-")) {
            var sign = tokens.next();
            left = new Expression.BinaryOperation(sign.line(), sign.text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        int line = tokens.current().line();
        var parts = new ArrayList<>(List.of(product()));
        while (tokens.skip("~")) parts.add(product());
        return parts.size() == 1 ? parts.getFirst() : new Expression.Concatenation(line, parts);
    }

    private Expression product() {
        var left = power();
        while (Set.of("*", "/", "//", "%").contains(tokens.current().text())
                && tokens.current().kind() == Kind.OPERATOR) {
            var sign = tokens.next();
            left = new Expression.BinaryOperation(sign.line(), sign.text(), left, power());
        }
        return left;
    }

    private Expression power() {
        var left = unary(true);
        while (tokens.current().is("**")) {
            left = new Expression.BinaryOperation(tokens.next().line(), "**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean withFilters) {
        int line = tokens.current().line();
        Expression operand;
        if (tokens.current().is("-") || tokens.current().is("+")) {
            boolean minus = tokens.next().text().equals("-");
            tokens.enter();
            operand = new Expression.Signed(line, minus, unary(false));
            tokens.leave();
        } else {
            operand = primary();
        }
        operand = postfix(operand);
        return withFilters ? filtered(operand) : operand;
    }

    private Expression primary() {
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
        var inside = tuple();
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
            items.add(expression());
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
            keys.add(expression());
            tokens.expect(":");
            values.add(expression());
        }
        return new Expression.DictOf(line, keys, values);
    }

    private Expression postfix(Expression object) {
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
        Expression from = tokens.current().is(":") ? null : expression();
        if (from != null && tokens.skip("]")) return new Expression.Item(line, object, from);
        tokens.expect(":");
        Expression to = tokens.current().is(":") || tokens.current().is("]") ? null : expression();
        Expression step = tokens.skip(":") && !tokens.current().is("]") ? expression() : null;
        tokens.expect("]");
        return new Expression.Slice(line, object, from, to, step);
    }

    private Expression filtered(Expression input) {
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
                positional.add(expression());
                continue;
            }
            tokens.next();
            tokens.next();
            if (named.put(name, expression()) != null)
                throw JinjaError.at(token.line(), "duplicate argument '" + name + "'");
        }
        return positional.isEmpty() && named.isEmpty() ? NOTHING : new Passed(positional, named);
    }

    /** The default of a macro's parameter; null if there is none. */
    @Nullable
    Expression defaultValue() {
        return tokens.skip("=") ? expression() : null;
    }
}
